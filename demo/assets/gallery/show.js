import "../../semantic-search/element.js";
// In time for the first results, which do not wait long for the line of filters.
import "../../semantic-search/filter-bar.js";
import { FrozenBackend, STATES } from "./states.js";

/** Puts an element into a state, and resolves when it is there. */
export async function show(element, state) {
  // What is remembered belongs to an index: here every state has its own.
  const name = Object.keys(STATES).find((key) => STATES[key] === state);
  const src = new URL(name, document.baseURI).href;
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
