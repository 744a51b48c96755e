import { css } from "lit";
import { mannerStyles } from "./manner-styles.ts";
import { queryStyles } from "./query-styles.ts";
import { paletteStyles } from "./styles.ts";

const palette = paletteStyles({
  active: ["#eef1fd", "#22283a", "10%"],
  mark: ["#dbe3ff", "#35427a", "22%"],
  danger: ["#c92a2a", "#ff8787"],
});

/** What moves, answers the pointer or speaks only once this is loaded. */
const searchBar = css`
  [part~=clear]:hover,
  [part~=close]:hover {
    color: var(--_text);
    background: var(--_surface);
  }
  .busy::after {
    content: "";
    position: absolute;
    inset: 0;
    background: linear-gradient(90deg, transparent, var(--_accent), transparent);
    animation: sweep 1.1s 0.15s ease-in-out infinite backwards;
  }
  .spoken {
    position: absolute;
    inline-size: 1px;
    block-size: 1px;
    overflow: hidden;
    clip-path: inset(50%);
    white-space: nowrap;
  }
  .busy:dir(rtl)::after {
    animation-direction: reverse;
  }
  @keyframes sweep {
    from {
      transform: translateX(-100%);
    }
    to {
      transform: translateX(100%);
    }
  }
  @keyframes breathe {
    to {
      opacity: 0.5;
    }
  }
`;

const list = css`
  [part~=results] {
    flex: 0 1 auto;
    min-block-size: 0;
    padding: calc(0.5em * var(--_space));
    overflow-y: auto;
    overscroll-behavior: contain;
    scroll-padding-block: calc(0.5em * var(--_space));
    scrollbar-width: thin;
  }
  :host([inline]) [part~=results] {
    overflow: visible;
  }
  [part~=page] + [part~=page] {
    margin-block-start: calc(0.25em * var(--_space));
  }
  [part~=option] {
    position: relative;
    display: grid;
    grid-template-columns: auto minmax(0, 1fr);
    column-gap: 0.7em;
    padding: calc(0.55em * var(--_space)) 0.85em calc(0.6em * var(--_space));
    color: var(--_muted);
    text-decoration: none;
    border-radius: var(--_small);
    -webkit-tap-highlight-color: transparent;
  }
  [part~=option] > * {
    grid-column: 2;
  }
  [part~=option] > svg {
    grid-column: 1;
    block-size: 1.5em;
    inline-size: 1.1em;
  }
  [part~=option-active] {
    background: var(--_active);
  }
  /* A tint alone is too faint to tell the active row by. */
  [part~=option][part~=option-active]::before {
    content: "";
    position: absolute;
    inset-block: calc(0.6em * var(--_space));
    inset-inline-start: 0;
    inline-size: 3px;
    background: var(--_accent);
    border-radius: 3px;
  }
  .line {
    display: flex;
    align-items: baseline;
    column-gap: 0.75em;
    min-inline-size: 0;
  }
  [part~=title],
  [part~=excerpt] {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 2;
    overflow: hidden;
    overflow-wrap: anywhere;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  [part~=title],
  [part~=heading] {
    font-family: var(--ss-title-font, inherit);
    color: var(--_text);
  }
  [part~=title] {
    font-weight: var(--ss-title-weight, 600);
  }
  [part~=trail],
  [part~=heading] {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
  }
  /* Before the heading beside it loses a hair, and with it two letters to an ellipsis. */
  [part~=trail] {
    flex-shrink: 9999;
    min-inline-size: 4em;
    font-size: 0.8125em;
  }
  .page-line {
    flex-wrap: wrap;
  }
  [part~=heading] {
    font-size: 0.9375em;
    font-weight: 500;
  }
  [part~=trail] + [part~=heading] {
    margin-inline-start: -0.35em;
  }
  [part~=excerpt] {
    margin-block-start: 0.1em;
    font-size: var(--ss-excerpt-size, 0.875em);
  }
  mark {
    padding-block: 0.1em;
    color: var(--_text);
    background: var(--_mark);
    border-radius: 3px;
  }
  /* The closest sentence is longer than a word: it stands out by its strength, not by a colour behind it. */
  .meaning mark {
    background: none;
  }
  [part~=badge] {
    flex: none;
    display: inline-flex;
    align-items: center;
    gap: 0.35em;
    margin-inline-start: auto;
    font-size: 0.75em;
    white-space: nowrap;
  }
`;

const states = css`
  .state {
    display: grid;
    justify-items: center;
    gap: 0.4em;
    overflow-wrap: anywhere;
    overflow-y: auto;
  }
  .state p {
    text-wrap: balance;
  }
  .state > svg {
    font-size: 1.75em;
    margin-block-end: 0.25em;
  }
  .state strong {
    font-weight: 600;
    color: var(--_text);
  }
  [part~=error] > svg {
    color: var(--_danger);
  }
  [part~=retry] {
    margin-block-start: 0.6em;
    padding: 0.45em 1.1em;
  }
  :is([part~=retry], [part~=model] button) {
    font-weight: 500;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_small);
  }
  [part~=note] {
    flex: none;
    padding: calc(0.55em * var(--_space)) 1.4em;
    font-size: 0.8125em;
    color: var(--_muted);
    border-block-start: 1px solid var(--_border);
  }
  summary {
    display: flex;
    align-items: center;
    gap: 0.6em;
    cursor: pointer;
  }
  [part~=details] {
    margin-block-start: 1em;
    max-inline-size: 100%;
    font-size: 0.8125em;
  }
  [part~=details] summary {
    justify-content: center;
    text-decoration: underline dotted;
    text-underline-offset: 0.25em;
  }
  [part~=note] p {
    margin: 0.3em 0 0;
    overflow-wrap: anywhere;
  }
  .loading {
    animation: appear 0.2s 0.2s backwards;
  }
  .bone {
    display: grid;
    gap: 0.6em;
    padding: 0.9em 0.75em;
  }
  .bone i {
    block-size: 0.7em;
    inline-size: 90%;
    background: var(--_border);
    border-radius: 4px;
    animation: breathe 1.4s ease-in-out infinite alternate;
  }
  .bone i:first-child {
    inline-size: 35%;
  }
  .bone i:last-child {
    inline-size: 65%;
  }
`;

const footer = css`
  [part~=model] {
    flex: none;
    display: flex;
    align-items: center;
    gap: 0.6em;
    padding: 0.5em 1.1em;
    font-size: 0.8125em;
    color: var(--_muted);
    border-block-start: 1px solid var(--_border);
  }
  [part~=model] svg {
    color: var(--_accent);
  }
  [part~=model] :is(span, [part~=note]) {
    flex: 1 1 0;
    padding: 0;
    font-size: inherit;
    border: 0;
  }
  [part~=model-progress] {
    flex: 1 1 0;
    max-inline-size: 14em;
    block-size: 0.4em;
    accent-color: var(--_accent);
  }
  [part~=model] button {
    flex: none;
    padding: 0.25em 0.8em;
  }
  [part~=footer] {
    flex: none;
    display: flex;
    align-items: center;
    gap: 1em;
    min-block-size: calc(1.5em + 1em * var(--_space));
    padding: 0 1.1em;
    font-size: 0.8125em;
    color: var(--_muted);
    border-block-start: 1px solid var(--_border);
  }
  .hints {
    display: flex;
    align-items: center;
    gap: 0.35em;
  }
  .hints kbd {
    font-size: 0.85em;
  }
  .hints span {
    margin-inline-end: 0.9em;
  }
  [part~=status] {
    flex: 1;
    text-align: end;
  }
  [part~=status] bdi {
    display: inline-flex;
    align-items: center;
    gap: 0.45em;
  }
  [part~=status] svg {
    color: var(--_accent);
    animation: breathe 0.8s ease-in-out infinite alternate;
  }
  :host([inline]) [part~=footer] {
    border: 0;
  }
  :host([inline]) :is(.hints, .silent) {
    display: none;
  }
`;

const phone = css`
  @media (max-width: 640px), (max-height: 480px) {
    .hints,
    .silent {
      display: none;
    }
    dialog [part~=results] {
      flex: 1;
    }
    :is([part~=retry], [part~=model] button) {
      min-block-size: 44px;
    }
    [part~=model] {
      flex-wrap: wrap;
    }
    [part~=model-progress] {
      order: 1;
      flex-basis: 100%;
      max-inline-size: none;
    }
  }
`;

/** What is below the input, added to the element's styles when the panel is loaded. */
export const panelStyles = [palette, searchBar, list, queryStyles, states, footer, phone, ...mannerStyles];
