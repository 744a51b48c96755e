/** Puts the elements of the gallery into their states; with `?state=`, one alone over a page like any other. */
import { show, showRelated } from "./show.js";
import { RELATED_STATES, STATES } from "./states.js";

const { documentElement: root } = document;
const choices = new URLSearchParams(location.search);
const form = document.querySelector(".controls");

// Only errors of the network ask for it, and only one state has such an error.
Object.defineProperty(navigator, "onLine", { value: false });

for (const control of form.elements) control.value = choices.get(control.name) ?? control.value;
form.addEventListener("change", () => form.requestSubmit());
if (form.elements.theme.value !== "auto") root.dataset.theme = form.elements.theme.value;
else delete root.dataset.theme;
root.dir = form.elements.dir.value;
root.lang = form.elements.lang.value;
root.dataset.look = form.elements.look.value;
document.querySelector("#look").href = new URL(`../looks/${form.elements.look.value}.css`, import.meta.url);
for (const link of document.querySelectorAll(".cell nav a")) link.search = withChoices(link.search);

const [alone, aloneRelated] = [STATES, RELATED_STATES].map((states) => states[choices.get("state")]);
if (alone) await showAlone(alone);
else if (aloneRelated) await showRelatedAlone(aloneRelated);
else await showAll();
await document.fonts.ready;
root.dataset.ready = "";

function withChoices(search) {
  return new URLSearchParams([...new FormData(form), ...new URLSearchParams(search)]);
}

async function showAll() {
  const elements = (name) => [...document.querySelectorAll(`${name}[data-state]`)];
  // Those load when the visitor comes near, however late.
  for (const element of elements("semantic-related")) showRelated(element, RELATED_STATES[element.dataset.state]);
  await Promise.all(elements("semantic-search").map((element) => show(element, STATES[element.dataset.state])));
}

function setStage() {
  document.body.className = "stage";
  document.body.replaceChildren(document.querySelector("#stage").content);
}

async function showRelatedAlone(state) {
  setStage();
  const element = document.createElement("semantic-related");
  document.querySelector("main").append(element);
  await showRelated(element, state);
}

async function showAlone(state) {
  setStage();
  root.dir = state.dir ?? root.dir;
  const element = document.createElement("semantic-search");
  element.inline = choices.has("inline");
  document.querySelector(element.inline ? ".stage-inline" : ".stage-trigger").append(element);
  await show(element, state);
}
