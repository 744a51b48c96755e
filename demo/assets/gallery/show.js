import "../../semantic-search/element.js";
// In time for the first results, which do not wait long for the line of filters.
import "../../semantic-search/filter-bar.js";
import "../../semantic-search/related.js";
import { publishRelated } from "./related-index.js";
import { FrozenBackend, RELATED_STATES, STATES } from "./states.js";

/** Puts a search into a state, and resolves when it is there. */
export async function show(element, state) {
  const src = indexOf(state, STATES);
  fillSlots(element, state);
  if (state.recent) localStorage.setItem(`semantic-search:recent:${src}`, JSON.stringify(state.recent));
  const backend = new FrozenBackend(state);
  Object.assign(element, { src, backend, queryParam: "", noRecent: true, ...state.properties });
  await element.updateComplete;
  if (!state.closed) await open(element);
  // The line of filters must be there by the first search: one that is late stays away, in order not to move results.
  for (let frames = 0; frames < 3; frames++) await nextFrame();
  if (state.query) element.search(state.query);
  if (state.typed) type(element, state.typed);
  await until(() => part(element, state.shows));
  if (state.press) await press(element, state.press);
  await element.updateComplete;
}

/** Puts a `<semantic-related>` into a state, and resolves when it is there: once it comes near the view. */
export async function showRelated(element, state) {
  const { near, read, properties } = state;
  const src = indexOf(state, RELATED_STATES);
  const page = "deploy/";
  fillSlots(element, state);
  if (near) publishRelated(src, page, near);
  if (read) localStorage.setItem(`semantic-related ${src}`, JSON.stringify(read.map(readNow)));
  const failed = new Promise((resolve) => element.addEventListener("ss-error", resolve, { once: true }));
  Object.assign(element, { src, page, forYou: Boolean(read), ...properties });
  await Promise.race([failed, until(() => part(element, "list"))]);
}

function readNow(visit) {
  return { ...visit, at: Date.now() };
}

/** What is remembered belongs to an index: here every state has its own. */
function indexOf(state, states) {
  const name = Object.keys(states).find((key) => states[key] === state);
  return new URL(`${name}/index.json`, document.baseURI).href;
}

function fillSlots(element, { slots = {} }) {
  for (const [slot, { tag, text, link }] of Object.entries(slots)) {
    const content = Object.assign(document.createElement(tag), { slot });
    content.append(text);
    if (link) content.append(Object.assign(document.createElement("a"), { href: "#", textContent: link }));
    element.append(content);
  }
}

async function press(element, selector) {
  const find = () => element.shadowRoot.querySelector(selector);
  await until(find);
  find().click();
}

/** Brings what the element loads on intent, without taking the focus of the page. */
async function open(element) {
  if (element.inline) part(element, "input").dispatchEvent(new FocusEvent("focus"));
  else element.open();
  await until(() => part(element, "footer"));
}

function type(element, text) {
  const input = part(element, "input");
  input.value = text;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

function part(element, name) {
  return element.shadowRoot.querySelector(`[part~="${name}"]`);
}

async function until(condition) {
  while (!condition()) await nextFrame();
}

function nextFrame() {
  return new Promise((resolve) => requestAnimationFrame(resolve));
}
