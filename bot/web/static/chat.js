/* The web chat. Everything that people wrote is set as text, never as markup. */
"use strict";
(() => {
  const QUIET_MINUTES = 5, LONG_PRESS_MS = 500, ASK_AGAIN_MS = [1000, 2000, 4000, 8000, 15000];
  const app = document.getElementById("app");
  const token = document.querySelector("meta[name=csrf]").content;
  const $ = (id) => document.getElementById(id);

  const state = {
    me: null, zone: "Asia/Shanghai", now: new Date(), talks: [], talk: null,
    items: new Map(), cards: new Map(), cursor: null, mark: "", waiting: null,
    quote: null, isVoice: false, failures: 0, hasMore: false,
  };

  // Elements -----------------------------------------------------------------------------------------------------

  function el(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (value === true) made.setAttribute(name, "");
      else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
    }
    made.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
    return made;
  }

  function icon(name) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
    svg.setAttribute("class", "icon");
    svg.setAttribute("aria-hidden", "true");
    use.setAttribute("href", `${app.dataset.icons}#${name}`);
    svg.append(use);
    return svg;
  }

  const avatar = (who) => el("span", { class: `face hue-${who.hue}`, "aria-hidden": "true" }, who.initial);

  // Times, as people say them, in the estate's zone --------------------------------------------------------------

  const parts = (date) => Object.fromEntries(
    new Intl.DateTimeFormat("zh-CN", {
      timeZone: state.zone, year: "numeric", month: "numeric", day: "numeric", weekday: "long",
      hour: "2-digit", minute: "2-digit", hourCycle: "h23",
    }).formatToParts(date).map((part) => [part.type, part.value]));
  const dayNumber = (p) => Date.UTC(+p.year, +p.month - 1, +p.day) / 86400000;

  function spokenTime(iso, isShort = false) {
    const then = parts(new Date(iso)), now = parts(state.now);
    const days = dayNumber(now) - dayNumber(then), clock = `${then.hour}:${then.minute}`;
    if (days === 0) return clock;
    const day = days === 1 ? "昨天" : days > 1 && days < 7 ? then.weekday
      : `${then.year === now.year ? "" : `${then.year}年`}${then.month}月${then.day}日`;
    return isShort ? day : `${day} ${clock}`;
  }

  // The server ---------------------------------------------------------------------------------------------------

  class Refused extends Error {}

  async function ask(path, options = {}) {
    const answer = await fetch(app.dataset.chat + path, {
      credentials: "same-origin", headers: { Accept: "application/json", "X-CSRF": token, ...options.headers }, ...options,
    });
    if (answer.status === 401) location.assign(app.dataset.signIn);
    if (answer.status === 409) location.reload();
    const body = await answer.json().catch(() => ({}));
    if (answer.ok) return body;
    if (answer.status >= 500) throw new Error(body.error || "服务器正在忙");
    throw new Refused(body.error || "没发出去");
  }

  const post = (path, body) => ask(path, {
    method: "POST", body: JSON.stringify({ as: state.me && state.me.id, ...body }),
    headers: { Accept: "application/json", "X-CSRF": token, "Content-Type": "application/json" },
  });

  const newId = () => {
    const bytes = crypto.getRandomValues(new Uint8Array(12));
    return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
  };

  // What was not sent yet is kept in the browser, for each person ------------------------------------------------

  const unsentKey = () => `unsent:${state.me.id}`;
  function unsent() {
    try { return JSON.parse(localStorage.getItem(unsentKey()) || "[]"); } catch { return []; }
  }
  function keepUnsent(list) { localStorage.setItem(unsentKey(), JSON.stringify(list.slice(-50))); }
  const addUnsent = (message) => keepUnsent([...unsent().filter((m) => m.id !== message.id), message]);
  const dropUnsent = (id) => keepUnsent(unsent().filter((message) => message.id !== id));

  async function send(message) {
    addUnsent({ ...message, failed: null });
    showUnsent();
    try {
      await post(`${message.talk}/messages`, message);
      sentIds.add(message.id);
    } catch (error) {
      addUnsent({ ...message, failed: error instanceof Refused ? error.message : "网络不通，没发出去" });
    }
    showUnsent();
  }
  const sentIds = new Set();

  function say(text, more = {}) {
    const message = { id: newId(), talk: state.talk.key, kind: "text", text, at: new Date().toISOString(), ...more };
    scrollDown();
    return send(message);
  }

  // Lines --------------------------------------------------------------------------------------------------------

  function showLines() {
    const list = $("lines"), scroll = $("scroll");
    const atEnd = scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 120;
    const sorted = [...state.items.values()].sort((a, b) => (a.position < b.position ? -1 : 1));
    const wanted = [];
    let before = null;
    for (const item of sorted) {
      if (!before || new Date(item.at) - new Date(before) > QUIET_MINUTES * 60000) wanted.push(timeLine(item));
      wanted.push(lineOf(item));
      before = item.at;
    }
    place(list, wanted);
    showUnsent();
    $("earlier").hidden = !state.hasMore;
    $("empty").hidden = sorted.length > 0 || state.cursor === null;
    $("empty").textContent = state.talk.key === "bot"
      ? "这里只有您和小件。报事、约活动室、问进度，说一句话就行；您的简报和提醒也发到这里。"
      : "还没有人说话。哪里坏了、想约活动室、要开会，直接说一句话就行。";
    if (atEnd) scrollDown(); else if (list.dataset.grew) $("fresh").hidden = false;
    delete list.dataset.grew;
  }

  // Keeps what is already there: a screen reader hears only what is new, and the focus stays.
  function place(list, wanted) {
    const keep = new Set(wanted);
    for (const old of [...list.children]) if (!keep.has(old) && !old.dataset.unsent) old.remove();
    let next = list.firstChild;
    for (const node of wanted) {
      if (node === next) { next = next.nextSibling; continue; }
      if (!node.isConnected && !node.classList.contains("time")) list.dataset.grew = "1";
      list.insertBefore(node, next);
    }
  }

  const made = new Map(); // what was drawn, by key, with what it was drawn from
  function once(key, source, draw) {
    const print = JSON.stringify(source), known = made.get(key);
    if (known && known.print === print) return known.node;
    const node = draw();
    if (known && known.node.isConnected) known.node.replaceWith(node);
    made.set(key, { print, node });
    return node;
  }

  const timeLine = (item) => once(`t${item.id}`, [item.at, spokenTime(item.at)], () =>
    el("li", { class: "time" }, el("time", { datetime: item.at }, spokenTime(item.at))));

  function lineOf(item) {
    const shown = item.cards.map((key) => state.cards.get(key)).filter(Boolean);
    return once(item.id, [item, shown], () => item.is_recalled ? recalledLine(item) : drawLine(item, shown));
  }

  const recalledLine = (item) =>
    el("li", { class: "system", id: item.id }, `${item.is_own ? "你" : `“${item.who.name}”`}撤回了一条消息`);

  function drawLine(item, shown) {
    const name = item.is_own ? null : el("p", { class: "name" }, item.who.name, roleTag(item.who));
    const body = el("div", { class: "body" }, name);
    if (item.text) body.append(bubble(item));
    if (item.quote) body.append(el("p", { class: "strip" }, `${item.quote.name}：${item.quote.text}`));
    shown.forEach((card) => body.append(drawCard(card)));
    if (!item.text && !shown.length) body.append(bubble({ ...item, text: "…" }));
    return el("li", {
      class: `line ${item.is_own ? "own" : "other"}`, id: item.id,
      "aria-label": `${item.is_own ? "我" : item.who.name} ${spokenTime(item.at)}`,
    }, avatar(item.who), body);
  }

  const roleTag = (who) => who.role ? el("span", { class: `tag ${who.id === "bot" ? "bot" : ""}` }, who.role) : null;

  function bubble(item) {
    const words = el("div", { class: "bubble", tabindex: "-1" });
    if (item.has_photo) { words.append(picture(item)); words.classList.add("pictured"); }
    if (item.kind === "image" && item.has_photo) return framed(item, words);
    if (item.kind === "image") words.append(el("span", { class: "photo" }, icon("photo"), "照片"));
    else words.append(...linked(item));
    if (item.kind === "voice") words.prepend(el("span", { class: "spoken" }, icon("voice"), "语音转文字"));
    return framed(item, words);
  }

  function framed(item, words) {
    const more = el("button", {
      type: "button", class: "more", "aria-label": "更多：引用、复制、撤回", "aria-haspopup": "menu",
      onclick: () => openMenu(item, more),
    }, icon("more"));
    words.addEventListener("contextmenu", (event) => { event.preventDefault(); openMenu(item, more); });
    onLongPress(words, () => openMenu(item, more));
    return el("div", { class: "bubble-row" }, words, more);
  }

  function picture(item) {
    const address = `${app.dataset.chat}${state.talk.key}/photos/${item.id}`;
    const shown = el("img", { class: "picture", src: address, alt: `${item.who.name}发的照片`, loading: "lazy" });
    return el("a", { href: address, target: "_blank", rel: "noopener" }, shown);
  }

  // For a worker the numbers in the bot's words lead to the ticket on the desk.
  function linked(item) {
    if (!state.desk || item.who.id !== "bot") return [item.text];
    const pattern = item.kind === "digest" ? /(#\d+|^\d+(?= ))/m : /(#\d+)/;
    return item.text.split(new RegExp(pattern, "gm")).map((part) => /^#?\d+$/.test(part)
      ? el("a", { href: `${state.desk}/${part.replace("#", "")}` }, part) : part);
  }

  function onLongPress(node, act) {
    let timer = null;
    const stop = () => clearTimeout(timer);
    node.addEventListener("touchstart", () => { timer = setTimeout(act, LONG_PRESS_MS); }, { passive: true });
    for (const kind of ["touchend", "touchmove", "touchcancel"]) node.addEventListener(kind, stop, { passive: true });
  }

  // The small menu of a bubble -----------------------------------------------------------------------------------

  let menu = null;
  function closeMenu(goBack = false) {
    if (!menu) return;
    if (goBack) menu.opener.focus();
    menu.node.remove();
    menu = null;
  }

  function openMenu(item, opener) {
    closeMenu();
    const entry = (name, label, act) => el("button", {
      type: "button", role: "menuitem", onclick: () => { closeMenu(); act(); },
    }, icon(name), label);
    const entries = [entry("quote", "引用", () => startQuote(item))];
    if (navigator.clipboard) entries.push(entry("copy", "复制", () => navigator.clipboard.writeText(item.text)));
    if (item.recall_until && serverNow() < new Date(item.recall_until)) entries.push(entry("undo", "撤回", () => recall(item)));
    const node = el("div", { class: "menu", role: "menu", "aria-label": "这条消息" }, ...entries);
    node.addEventListener("keydown", (event) => moveInMenu(event, entries));
    opener.parentElement.append(node);
    const box = node.getBoundingClientRect(), view = $("scroll").getBoundingClientRect();
    if (box.bottom > view.bottom) node.classList.add("above");
    menu = { node, opener };
    entries[0].focus();
  }

  function moveInMenu(event, entries) {
    const at = entries.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }[event.key];
    if (step) { event.preventDefault(); entries[(at + step + entries.length) % entries.length].focus(); }
    if (event.key === "Escape") { event.preventDefault(); closeMenu(true); }
  }
  document.addEventListener("click", (event) => {
    if (menu && !menu.node.contains(event.target) && !menu.opener.contains(event.target)) closeMenu();
  });

  function startQuote(item) {
    state.quote = item.id;
    $("quoting-text").textContent = `引用 ${item.who.name}：${item.text}`;
    $("quoting").hidden = false;
    $("words").focus();
  }
  function endQuote() { state.quote = null; $("quoting").hidden = true; }

  async function recall(item) {
    try { await post(`${state.talk.key}/recall`, { id: newId(), line: item.id }); }
    catch (error) { tell(error.message); }
  }

  // Unsent -------------------------------------------------------------------------------------------------------

  function showUnsent() {
    const list = $("lines");
    const arrived = new Set([...state.items.values()].map((item) => item.client).filter(Boolean));
    unsent().filter((message) => arrived.has(message.id)).forEach((message) => dropUnsent(message.id));
    const waiting = unsent().filter((message) => state.talk && message.talk === state.talk.key);
    const keys = new Set(waiting.map((message) => `u${message.id}`));
    for (const old of list.querySelectorAll("[data-unsent]")) if (!keys.has(old.id)) old.remove();
    for (const message of waiting) list.append(once(`u${message.id}`, message, () => drawUnsent(message)));
  }

  function drawUnsent(message) {
    const words = el("div", { class: "bubble" }, message.kind === "image" ? "照片" : message.text);
    const line = el("li", { class: "line own unsent", id: `u${message.id}`, "data-unsent": "1" }, avatar(state.me),
      el("div", { class: "body" }, el("div", { class: "bubble-row" }, words), message.failed ? failed(message)
        : el("p", { class: "sending" }, "正在发送…")));
    return line;
  }

  const failed = (message) => el("p", { class: "failed" }, icon("alert"), `未发出：${message.failed} `,
    el("button", { type: "button", class: "link", onclick: () => send(message) }, "重发"),
    el("button", { type: "button", class: "link", onclick: () => { dropUnsent(message.id); showUnsent(); } }, "删掉"));

  // Cards --------------------------------------------------------------------------------------------------------

  function drawCard(card) {
    const facts = el("div", { class: "facts" }, el("h2", { class: "card-title" }, card.title),
      ...card.lines.map((line) => el("p", { class: "card-line" }, line)));
    const top = el("div", { class: "card-top" }, card.day ? dayBlock(card.day) : null, facts);
    return el("section", { class: `card ${card.kind}`, "aria-label": `${card.head}，${card.state}`, "data-card": card.key },
      el("header", { class: "card-head" }, el("span", {}, card.head), el("span", { class: `state ${card.tone}` }, card.state)),
      top,
      card.bars.length ? el("ul", { class: "bars" }, ...card.bars.map((bar) => drawBar(card, bar))) : null,
      card.actions.length ? el("div", { class: "card-actions" }, ...card.actions.map((action) => actionButton(card, action))) : null);
  }

  const dayBlock = (day) => el("div", { class: "day" }, el("span", { class: "month" }, day.month),
    el("span", { class: "number" }, day.day), el("span", { class: "weekday" }, day.weekday));

  function drawBar(card, bar) {
    const fill = el("span", { class: "fill", "aria-hidden": "true" });
    fill.style.inlineSize = `${bar.percent}%`;
    const inside = [fill, el("span", { class: "option" }, bar.is_mine ? icon("check") : null, bar.label,
      bar.is_mine ? el("span", { class: "mine" }, "我家选的") : null), el("span", { class: "count" }, bar.count)];
    const classes = `bar ${bar.is_mine ? "chosen" : ""}`;
    return el("li", {}, bar.action
      ? el("button", { type: "button", class: classes, "aria-pressed": String(bar.is_mine), onclick: press(card, bar.action) }, ...inside)
      : el("div", { class: classes }, ...inside));
  }

  function actionButton(card, action) {
    if (action.is_chosen) return el("span", { class: "button chosen" }, icon("check"), action.label);
    return el("button", { type: "button", class: `button ${action.is_primary ? "primary" : ""}`, onclick: press(card, action) }, action.label);
  }

  // A press sends a message like any other, once: the button rests until the card is drawn anew.
  const press = (_card, action) => async (event) => {
    const button = event.currentTarget;
    if (action.is_draft) { draft(action.text); return; }
    if (action.asks && !(await confirmed(action.asks))) return;
    button.disabled = true;
    setTimeout(() => { button.disabled = false; }, 4000);
    say(action.text, { quote: action.quote });
  };

  function draft(text) {
    $("words").value = text;
    grow();
    $("words").focus();
    $("words").setSelectionRange(text.length, text.length);
  }

  function confirmed(question) {
    const dialog = $("ask");
    $("ask-text").textContent = question;
    dialog.returnValue = "no";
    dialog.showModal();
    return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true }));
  }

  // Conversations ------------------------------------------------------------------------------------------------

  const seenKey = (key) => `seen:${state.me.id}:${key}`;
  const isUnread = (talk) => talk.last && talk !== state.talk && talk.last.position > (localStorage.getItem(seenKey(talk.key)) || "");
  function markSeen(talk) { if (talk.last) localStorage.setItem(seenKey(talk.key), talk.last.position); }

  function showTalks() {
    markSeen(state.talk);
    $("talks").replaceChildren(...state.talks.map((talk) => el("li", {}, el("button", {
      type: "button", class: "talk-link", "data-talk": talk.key, "aria-current": talk === state.talk ? "true" : null,
      onclick: () => open(talk),
    }, talk.key === "bot" ? el("span", { class: "face hue-bot", "aria-hidden": "true" }, "件") : groupFace(talk),
      el("span", { class: "talk-words" },
        el("span", { class: "talk-name" }, talk.name, talk.key === "bot" ? el("span", { class: "tag bot" }, "机器人") : null),
        el("span", { class: "talk-last" }, talk.last ? talk.last.text : "")),
      el("span", { class: "talk-side" }, talk.last ? el("time", { datetime: talk.last.at }, spokenTime(talk.last.at, true)) : "",
        isUnread(talk) ? el("span", { class: "unread" }, el("span", { class: "visually-hidden" }, "有新消息")) : null)))));
  }

  const groupFace = (talk) => el("span", { class: "face hue-group", "aria-hidden": "true" }, (talk.name.match(/\d+/) || [talk.name[0]])[0].slice(0, 2));

  async function open(talk, focus = true) {
    if (state.waiting) state.waiting.abort();
    Object.assign(state, { talk, items: new Map(), cards: new Map(), cursor: null, mark: "", hasMore: false });
    made.clear();
    endQuote();
    closeMenu();
    $("lines").replaceChildren();
    $("title").textContent = talk.headcount ? `${talk.name}（${talk.headcount}）` : talk.name;
    document.title = `${talk.name} · 件件`;
    localStorage.setItem(`open:${state.me.id}`, talk.key);
    $("words").placeholder = talk.key === "bot" ? "跟小件说一句话就行" : "说一句话就行";
    showTalks();
    if (focus && matchMedia("(hover: hover)").matches) $("words").focus();
    listen(talk);
  }

  // Reads a conversation for as long as it is open: the last page, then whatever changes.
  async function listen(talk) {
    const waiting = state.waiting = new AbortController();
    while (!waiting.signal.aborted) {
      try {
        const query = state.cursor === null ? "" : `?after=${state.cursor}&mark=${state.mark}`;
        const asked = Date.now(), known = state.mark;
        const answer = await ask(`${talk.key}/feed${query}`, { signal: waiting.signal });
        if (waiting.signal.aborted) return;
        take(answer);
        // A server with too many waiting pages answers at once: then it is we who wait.
        if (answer.mark === known && Date.now() - asked < 500) await pause(waiting.signal, 2000);
        isConnected(true);
      } catch (error) {
        if (waiting.signal.aborted) return;
        await rest(waiting.signal);
      }
    }
  }

  function take(answer) {
    if (answer.me !== state.me.id) { location.reload(); return; }
    const isFirst = state.cursor === null;
    setNow(answer.now);
    answer.items.forEach((item) => state.items.set(item.id, item));
    answer.cards.forEach((card) => state.cards.set(card.key, card));
    if (isFirst) state.hasMore = answer.has_more;
    Object.assign(state, { cursor: answer.cursor, mark: answer.mark });
    for (const [key, last] of Object.entries(answer.news || {})) {
      const talk = state.talks.find((known) => known.key === key);
      if (talk && (!talk.last || last.position >= talk.last.position)) talk.last = last;
    }
    showTalks();
    showLines();
    if (isFirst) scrollDown();
  }

  let skew = 0; // between the server's clock and ours
  function setNow(iso) { state.now = new Date(iso); skew = state.now - Date.now(); }
  const serverNow = () => new Date(Date.now() + skew);

  async function rest(signal) {
    const time = ASK_AGAIN_MS[Math.min(state.failures, ASK_AGAIN_MS.length - 1)];
    state.failures += 1;
    if (state.failures > 1) isConnected(false);
    await pause(signal, time);
  }
  const pause = (signal, time) => new Promise((resolve) => {
    setTimeout(resolve, time);
    signal.addEventListener("abort", resolve, { once: true });
  });

  function isConnected(isTrue) {
    const was = state.failures;
    if (isTrue) state.failures = 0;
    if (isTrue && was > 1) {
      $("banner").hidden = true;
      unsent().filter((message) => message.failed && message.failed.startsWith("网络")).forEach(send);
    }
    if (!isTrue) tell("连不上了，正在重新连接。没发出去的话都给您留着。", true);
  }

  let quietAgain = null;
  function tell(text, stays = false) {
    clearTimeout(quietAgain);
    $("banner").textContent = text;
    $("banner").hidden = !text;
    if (!stays) quietAgain = setTimeout(() => { $("banner").hidden = true; }, 5000);
  }

  async function loadEarlier() {
    const first = [...state.items.values()].map((item) => item.position).sort()[0];
    const scroll = $("scroll"), height = scroll.scrollHeight, talk = state.talk;
    const answer = await ask(`${talk.key}/feed?before=${first.replace(/^0+(?=\d)/, "")}`).catch(() => null);
    if (!answer || talk !== state.talk) return;
    state.hasMore = answer.has_more;
    answer.items.forEach((item) => state.items.has(item.id) || state.items.set(item.id, item));
    answer.cards.forEach((card) => state.cards.set(card.key, card));
    showLines();
    scroll.scrollTop += scroll.scrollHeight - height;
    $("fresh").hidden = true;
  }

  function scrollDown() {
    const scroll = $("scroll");
    scroll.scrollTop = scroll.scrollHeight;
    $("fresh").hidden = true;
  }

  // Input --------------------------------------------------------------------------------------------------------

  function grow() {
    const words = $("words");
    words.style.blockSize = "auto";
    words.style.blockSize = `${Math.min(words.scrollHeight + 2, 160)}px`;
  }

  function submit() {
    const text = $("words").value.trim();
    if (!text || !state.talk) { $("words").focus(); return; }
    say(text, { kind: state.isVoice ? "voice" : "text", quote: state.quote });
    $("words").value = "";
    setVoice(false);
    endQuote();
    grow();
    $("words").focus();
  }

  function setVoice(isOn) {
    state.isVoice = isOn;
    $("voice").setAttribute("aria-pressed", String(isOn));
    $("voice-hint").hidden = !isOn;
  }

  $("compose").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
  $("words").addEventListener("input", grow);
  $("words").addEventListener("keydown", (event) => {
    // While an input method is composing, Enter chooses a character.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    submit();
  });
  $("voice").addEventListener("click", () => { setVoice(!state.isVoice); $("words").focus(); });
  $("photo").addEventListener("click", () => $("photo-file").click());
  $("photo-file").addEventListener("change", async () => {
    const [file] = $("photo-file").files;
    $("photo-file").value = "";
    if (!file) return;
    tell("正在传照片…");
    try {
      const kept = await ask(`${state.talk.key}/photos`, { method: "POST", body: await smaller(file) });
      say("[图片]", { kind: "image", photo: kept.photo, quote: state.quote });
      endQuote();
      tell("");
    } catch (error) { tell(error.message); }
  });

  // A phone's photo is ten times what anybody can see here: it is made smaller before it goes over the air. What the
  // browser cannot draw goes as it is, and the server says what is wrong with it.
  async function smaller(file) {
    try {
      const drawn = await createImageBitmap(file);
      const scale = Math.min(1, 1600 / Math.max(drawn.width, drawn.height));
      const canvas = el("canvas");
      canvas.width = Math.round(drawn.width * scale);
      canvas.height = Math.round(drawn.height * scale);
      const pen = canvas.getContext("2d");
      pen.fillStyle = "#fff";
      pen.fillRect(0, 0, canvas.width, canvas.height);
      pen.drawImage(drawn, 0, 0, canvas.width, canvas.height);
      return await new Promise((done) => canvas.toBlob((blob) => done(blob || file), "image/jpeg", 0.85));
    } catch { return file; }
  }
  $("unquote").addEventListener("click", endQuote);
  $("earlier").addEventListener("click", loadEarlier);
  $("fresh").addEventListener("click", scrollDown);
  $("scroll").addEventListener("scroll", () => {
    const scroll = $("scroll");
    if (scroll.scrollHeight - scroll.scrollTop - scroll.clientHeight < 20) $("fresh").hidden = true;
    closeMenu();
  }, { passive: true });

  // Care mode ----------------------------------------------------------------------------------------------------

  function setCare(isOn) {
    document.documentElement.classList.toggle("care", isOn);
    $("care").setAttribute("aria-pressed", String(isOn));
    localStorage.setItem("care", isOn ? "1" : "");
    grow();
  }
  setCare(localStorage.getItem("care") === "1");
  $("care").addEventListener("click", () => { setCare(!document.documentElement.classList.contains("care")); scrollDown(); });

  // Who I am (demo) ----------------------------------------------------------------------------------------------

  function showPeople(people) {
    const list = $("people-list");
    if (!list) return;
    const groups = [["办事的人", people.filter((who) => who.role)], ["居民", people.filter((who) => !who.role)]];
    list.replaceChildren(...groups.flatMap(([title, some]) => some.length
      ? [el("li", { class: "people-title" }, title), ...some.map(personButton)] : []));
    $("find-person").addEventListener("input", () => {
      const sought = $("find-person").value.trim();
      for (const entry of list.children) entry.hidden = Boolean(sought) && !(entry.dataset.name || "").includes(sought);
    });
  }

  const personButton = (who) => el("li", { "data-name": `${who.name} ${who.roles}` }, el("button", {
    type: "button", class: "person", "data-person": who.name, "aria-current": who.id === state.me.id ? "true" : null,
    onclick: () => become(who),
  }, avatar(who), el("span", { class: "person-name" }, who.name), el("span", { class: "person-role" }, who.roles)));

  async function become(who) {
    try { await post("person", { member: who.id }); } catch (error) { tell(error.message); return; }
    location.reload();
  }

  function showPeopleDrawer(isOpen) {
    $("people").classList.toggle("open", isOpen);
    $("open-people").setAttribute("aria-expanded", String(isOpen));
    (isOpen ? $("close-people") : $("open-people")).focus();
  }
  if ($("people")) {
    $("open-people").addEventListener("click", () => showPeopleDrawer(!$("people").classList.contains("open")));
    $("close-people").addEventListener("click", () => showPeopleDrawer(false));
    $("people").addEventListener("keydown", (event) => { if (event.key === "Escape") showPeopleDrawer(false); });
  }

  // Start --------------------------------------------------------------------------------------------------------

  async function start() {
    let known = null;
    while (!known) {
      known = await ask("conversations").catch(() => null);
      if (!known) { tell("连不上，正在再试…", true); await new Promise((resolve) => setTimeout(resolve, 2000)); }
    }
    $("banner").hidden = true;
    Object.assign(state, { me: known.me, desk: known.desk, zone: known.zone, talks: known.conversations });
    showPeople(known.people);
    const last = localStorage.getItem(`open:${state.me.id}`);
    open(state.talks.find((talk) => talk.key === last) || state.talks[0], false);
    unsent().filter((message) => !message.failed).forEach((message) => addUnsent({ ...message, failed: "上次没发完" }));
  }
  start();
})();
