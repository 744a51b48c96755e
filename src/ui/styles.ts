import { type CSSResult, css, unsafeCSS } from "lit";

/** Private name → light value, dark value; of a tint, how much of the accent is in it. A page sets `--ss-` and the name. */
type Palette = Readonly<Record<string, readonly [light: string, dark: string, tint?: string]>>;

/** Where well-known site generators keep their accent colour. */
const SITE_ACCENTS = ["--vp-c-brand-1", "--sl-color-text-accent", "--ifm-color-primary", "--md-typeset-a-color"];

const siteAccent = (fallback: string) => SITE_ACCENTS.reduceRight((rest, name) => `var(${name},${rest})`, fallback);

/** Colours that follow the element's `theme`, and the page's `color-scheme`. */
export function paletteStyles(palette: Palette): CSSResult {
  const declare = (value: (name: string, colors: Palette[string]) => string) =>
    unsafeCSS(
      Object.entries(palette)
        .map(([name, colors]) => `--_${name}:var(--ss-${name},${value(name, colors)});`)
        .join(""),
    );
  const light = declare((_, [color]) => color);
  const dark = declare((_, [, color]) => color);
  const both = declare((name, [light, dark, tint]) => {
    if (tint) return `color-mix(in oklab,var(--_accent) ${tint},var(--_background))`;
    const color = `light-dark(${light},${dark})`;
    return name === "accent" ? siteAccent(color) : color;
  });
  return css`
    :host,
    [data-scheme] {
      ${light}
    }
    @media (prefers-color-scheme: dark) {
      :host {
        ${dark}
      }
    }
    :host([theme=light]) {
      color-scheme: light;
      ${light}
    }
    :host([theme=dark]),
    [data-scheme=dark] {
      color-scheme: dark;
      ${dark}
    }
    @supports (color: light-dark(red, red)) {
      :host,
      :host([theme]),
      [data-scheme] {
        ${both}
      }
    }
  `;
}

const palette = paletteStyles({
  background: ["#ffffff", "#16181d"],
  surface: ["#f3f4f6", "#23262d"],
  text: ["#15181e", "#eceef2"],
  muted: ["#586070", "#9ea6b4"],
  border: ["#e4e6eb", "#2d3139"],
  accent: ["#3b5bdb", "#91a7ff"],
  backdrop: ["rgb(15 20 32 / 0.42)", "rgb(0 0 0 / 0.62)"],
});

const base = css`
  :host {
    --_radius: var(--ss-radius, 14px);
    --_small: calc(var(--_radius) * 0.6);
    --_space: var(--ss-space, 1);
    display: inline-block;
  }
  :host([inline]) {
    display: block;
  }
  :host([hidden]),
  [hidden] {
    display: none !important;
  }
  *,
  ::before,
  ::after {
    box-sizing: border-box;
  }
  button,
  input {
    margin: 0;
    font: inherit;
    letter-spacing: inherit;
    color: inherit;
    background: none;
    border: 0;
    appearance: none;
  }
  button {
    cursor: pointer;
    touch-action: manipulation;
  }
  :focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: 2px;
  }
  svg {
    flex: none;
  }
  kbd {
    display: inline-grid;
    place-items: center;
    min-inline-size: 1.7em;
    block-size: 1.7em;
    padding-inline: 0.4em;
    font: 500 0.6875em / 1 system-ui, sans-serif;
    color: var(--_muted);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: 5px;
  }
`;

/** In the page's own colours, so that it fits into any header. */
const trigger = css`
  [part~=trigger] {
    display: inline-flex;
    align-items: center;
    gap: 0.55em;
    min-block-size: 2.5em;
    padding-inline: 0.8em 0.55em;
    font-family: var(--ss-font, inherit);
    line-height: 1.2;
    background: color-mix(in srgb, currentColor 5%, transparent);
    border: 1px solid color-mix(in srgb, currentColor 16%, transparent);
    border-radius: var(--_small);
    transition: background-color 0.15s, border-color 0.15s;
  }
  [part~=trigger]:hover {
    background: color-mix(in srgb, currentColor 9%, transparent);
    border-color: color-mix(in srgb, currentColor 28%, transparent);
  }
  [part~=trigger-label] {
    opacity: 0.8;
  }
  [part~=trigger-keys] {
    display: inline-flex;
    gap: 3px;
    margin-inline-start: 1.2em;
  }
  [part~=trigger-keys] kbd {
    color: inherit;
    background: none;
    border-color: color-mix(in srgb, currentColor 22%, transparent);
  }
  @media (prefers-contrast: more) {
    [part~=trigger] {
      border-color: currentColor;
    }
    [part~=trigger-label] {
      opacity: 1;
    }
  }
  @media print {
    [part~=trigger] {
      display: none;
    }
  }
  @media (pointer: coarse) {
    [part~=trigger] {
      min-block-size: 44px;
    }
    [part~=trigger-keys] {
      display: none;
    }
  }
`;

const shell = css`
  dialog {
    inline-size: min(var(--ss-width, 40rem), 100vw - 2rem);
    max-inline-size: none;
    max-block-size: none;
    margin: var(--ss-top, 12dvh) auto auto;
    padding: 0;
    overflow: visible;
    color: inherit;
    background: none;
    border: 0;
  }
  dialog::backdrop {
    background: var(--_backdrop, rgb(0 0 0 / 0.5));
    backdrop-filter: blur(2px);
  }
  [part~=panel] {
    display: flex;
    flex-direction: column;
    font-family: var(--ss-font, inherit);
    font-size: var(--ss-font-size, max(1rem, 16px));
    font-weight: 400;
    line-height: 1.5;
    letter-spacing: normal;
    text-align: start;
    text-transform: none;
    white-space: normal;
    color: var(--_text);
    background: var(--_background);
    border: 1px solid var(--_border);
    border-radius: var(--_radius);
    overflow: hidden;
  }
  dialog [part~=panel] {
    max-block-size: min(var(--ss-height, 40rem), 76dvh);
    box-shadow: var(--ss-shadow, 0 0 1px rgb(0 0 0 / 0.3), 0 12px 28px -8px rgb(0 0 0 / 0.25), 0 32px 64px -16px rgb(0 0 0 / 0.35));
  }
  [part~=search-bar] {
    flex: none;
    display: flex;
    flex-wrap: wrap;
    align-items: center;
    justify-content: end;
    column-gap: 0.75em;
    min-block-size: calc(2em + 1.5em * var(--_space));
    padding-inline: 1.1em 0.75em;
  }
  [part~=search-bar] > svg {
    font-size: 1.25em;
    color: var(--_muted);
  }
  [part~=input] {
    flex: 1 1 5em;
    min-inline-size: 0;
    min-block-size: 2.5em;
    align-self: stretch;
    font-size: 1.0625em;
    outline: 0;
    text-overflow: ellipsis;
  }
  [part~=input]::placeholder {
    color: var(--_muted);
    opacity: 1;
  }
  [part~=clear] {
    font-size: 1.1em;
  }
  [part~=close] span {
    position: absolute;
    clip-path: inset(50%);
  }
  [part~=clear],
  [part~=close] {
    display: grid;
    place-items: center;
    min-inline-size: 2em;
    min-block-size: 2em;
    color: var(--_muted);
    border-radius: var(--_small);
  }
  [part~=progress] {
    flex: none;
    position: relative;
    block-size: 1px;
    background: var(--_border);
    overflow: hidden;
  }
  :host([inline]) .idle {
    display: none;
  }
  .state {
    padding: 2.75em 1.5em;
    text-align: center;
    color: var(--_muted);
  }
  .state p {
    margin: 0;
    font-size: 0.9375em;
  }
`;

const motion = css`
  @keyframes appear {
    from {
      opacity: 0;
    }
  }
  @keyframes rise {
    from {
      opacity: 0;
      transform: translateY(-6px) scale(0.985);
    }
  }
  @media (prefers-reduced-motion: no-preference) {
    dialog[open] {
      animation: rise 0.16s cubic-bezier(0.2, 0.8, 0.3, 1);
    }
    dialog[open]::backdrop {
      animation: appear 0.16s;
    }
  }
`;

const phone = css`
  @media (max-width: 640px), (max-height: 480px), (pointer: coarse) {
    [part~=clear],
    [part~=close] {
      min-inline-size: 44px;
      min-block-size: 44px;
    }
    [part~=close] kbd {
      display: none;
    }
    [part~=close] span {
      position: static;
      clip-path: none;
      padding-inline: 0.4em;
      color: var(--_accent);
    }
  }
  @media (max-width: 640px), (max-height: 480px) {
    dialog {
      inline-size: 100vw;
      block-size: var(--_view, 100dvh);
      margin: 0;
    }
    dialog [part~=panel] {
      block-size: 100%;
      max-block-size: none;
      padding-block-end: env(safe-area-inset-bottom);
      border: 0;
      border-radius: 0;
    }
  }
`;

/** The button, the dialog and the line with the input; see the element's `@cssproperty` tags for what a page can set. */
export const styles = [palette, base, trigger, shell, motion, phone];
