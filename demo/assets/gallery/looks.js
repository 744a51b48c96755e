/** Shows each look that a page speaks of, at work: `<div data-look="dense"></div>`. */
import { show } from "./show.js";
import { STATES } from "./states.js";

for (const place of document.querySelectorAll("[data-look]")) await showLook(place);

async function showLook(place) {
  const { look } = place.dataset;
  const response = await fetch(new URL(`../looks/${look}.css`, import.meta.url));
  const sheet = new CSSStyleSheet();
  sheet.replaceSync((await response.text()).replace(":root", `[data-look="${look}"]`));
  document.adoptedStyleSheets.push(sheet);
  const element = document.createElement("semantic-search");
  element.inline = true;
  element.label = `Search in the look ${look}`;
  place.append(element);
  await show(element, STATES.results);
}
