/** Colours are the page's own; properties are those of the search. */
export const LOOK = `
:host([hidden]) { display: none !important }
:host {
  --_accent: var(--ss-accent, var(--vp-c-brand-1, var(--sl-color-text-accent, var(--ifm-color-primary, var(--md-typeset-a-color, light-dark(#3b5bdb, #91a7ff))))));
  --_muted: var(--ss-muted, color-mix(in srgb, currentColor 74%, transparent));
  color: var(--ss-text, inherit);
  font-family: var(--ss-font, inherit);
  line-height: 1.45;
}
*, ::slotted(*) { box-sizing: border-box }
[part=heading] { margin: 0 0 .75em; font-size: 1.125em; font-weight: 650; line-height: 1.3 }
[part=list] {
  display: grid;
  grid-template-columns: repeat(auto-fill, minmax(min(100%, 16em), 1fr));
  gap: .75em;
  margin: 0;
  padding: 0;
  list-style: none;
}
[part=item] { display: grid }
[part=link] {
  display: flex;
  flex-direction: column;
  gap: .15em;
  padding: .8em 1.1em;
  color: inherit;
  text-decoration: none;
  overflow-wrap: anywhere;
  border: 1px solid var(--ss-border, color-mix(in srgb, currentColor 16%, transparent));
  border-radius: calc(var(--ss-radius, 14px) * .7);
}
[part=link]:hover { border-color: var(--_accent) }
[part=title] { font-weight: 600; unicode-bidi: isolate }
[part=link]:hover [part=title] { color: var(--_accent) }
[part=trail] { font-size: .8125em; color: var(--_muted); unicode-bidi: isolate }
[part=forget] {
  margin: .75em 0 0;
  padding: .4em 0;
  font: inherit;
  font-size: .8125em;
  color: var(--_muted);
  text-decoration: underline;
  text-underline-offset: .2em;
  background: none;
  border: 0;
  cursor: pointer;
}
[part=forget]:hover { color: inherit }
:focus-visible { outline: 2px solid var(--_accent); outline-offset: 2px }
`;
