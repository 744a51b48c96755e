import { onTestFinished, vi } from "vitest";
import { SemanticSearchElement } from "../../src/ui/semantic-search-element.ts";
import { MockBackend, type PendingSearch } from "./mock-backend.ts";

if (!customElements.get("semantic-search")) customElements.define("semantic-search", SemanticSearchElement);

/** Longer than the pause that ends typing. */
const DEBOUNCE_MS = 300;
/** Long, for machines that do other work meanwhile. */
const PATIENCE_MS = 20_000;

/** The real clock, also while a test holds the page's. */
const realTimeout = setTimeout;
const realNow = performance.now.bind(performance);

/** An element in the page with a mock behind it; gone when the test ends. */
export interface Fixture {
  readonly element: SemanticSearchElement;
  readonly backend: MockBackend;
  readonly root: ShadowRoot;
  /** The element in the shadow tree that must be there. */
  find<Found extends HTMLElement>(selector: string): Found;
  readonly input: HTMLInputElement;
  readonly dialog: HTMLDialogElement;
  readonly options: readonly HTMLAnchorElement[];
  /** The option that Enter would open. */
  readonly active: HTMLElement | null;
}

/** Puts an element into the page. */
export async function mount(
  properties: Partial<SemanticSearchElement> = {},
  respond?: (search: PendingSearch) => void,
): Promise<Fixture> {
  const element = document.createElement("semantic-search");
  const backend = new MockBackend(respond);
  // Storage outlives a test, and is shared with those that run beside it.
  Object.assign(element, { backend, queryParam: "", noRecent: true, ...properties });
  document.body.append(element);
  onTestFinished(() => element.remove());
  await element.updateComplete;
  return fixture(element, backend);
}

/** Mounts an element and opens it, with the part that loads on intent already there. `methods` are the backend's. */
export async function mountOpen(
  properties: Partial<SemanticSearchElement> = {},
  respond?: (search: PendingSearch) => void,
  methods: Partial<MockBackend> = {},
): Promise<Fixture> {
  const mounted = await mount(properties, respond);
  Object.assign(mounted.backend, methods);
  mounted.element.open();
  await settled(mounted, () => mounted.root.querySelector("[part=footer]") !== null);
  for (const animation of mounted.root.querySelector("dialog")?.getAnimations() ?? []) animation.finish();
  return mounted;
}

/** Stops the page's clock until the test ends: timers fire when the test says so, however busy the machine is. */
export function holdClock(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Types a whole query at once. */
export function enter({ input }: Fixture, query: string): void {
  input.value = query;
  input.dispatchEvent(new InputEvent("input", { bubbles: true }));
}

/** Types a whole query at once and waits until the backend was asked for it, after the pause. */
export async function ask(mounted: Fixture, query: string): Promise<PendingSearch> {
  enter(mounted, query);
  await settled(mounted, () => mounted.backend.searches.at(-1)?.query === query.trim());
  return mounted.backend.last;
}

/** Waits until a condition holds, and everything is rendered. */
export async function settled({ element }: Pick<Fixture, "element">, condition = () => true): Promise<void> {
  const deadline = realNow() + PATIENCE_MS;
  await pause(0);
  while (!condition()) {
    if (realNow() > deadline) throw new Error(`Waited in vain for ${condition}`);
    await pause(10);
  }
  await element.updateComplete;
}

/** Waits longer than typing is waited for. */
export const afterDebounce = (): Promise<void> => pause(DEBOUNCE_MS);

export const pause = (ms: number): Promise<void> => new Promise((resolve) => realTimeout(resolve, ms));

/** The element that has the focus, seen through shadow roots. */
export function focused(): Element | null {
  let { activeElement } = document;
  while (activeElement?.shadowRoot?.activeElement) activeElement = activeElement.shadowRoot.activeElement;
  return activeElement;
}

function fixture(element: SemanticSearchElement, backend: MockBackend): Fixture {
  const root = element.shadowRoot;
  if (!root) throw new Error("The element has not rendered.");
  const find = <Found extends HTMLElement>(selector: string): Found => {
    const found = root.querySelector<Found>(selector);
    if (!found) throw new Error(`There is no ${selector}.`);
    return found;
  };
  return {
    element,
    backend,
    root,
    find,
    get input() {
      return find<HTMLInputElement>("input");
    },
    get dialog() {
      return find<HTMLDialogElement>("dialog");
    },
    get options() {
      return [...root.querySelectorAll<HTMLAnchorElement>("[role=option]")];
    },
    get active() {
      const id = root.querySelector("input")?.getAttribute("aria-activedescendant");
      return id ? root.getElementById(id) : null;
    },
  };
}
