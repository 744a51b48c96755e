import { css } from "lit";

/** Options that are queries: suggestions and corrections above the results, what is offered before the first letter. */
export const queryStyles = css`
  /* One height for whatever a query finds: the footer stays where it is when more of it arrives. */
  @media (min-width: 641px) and (min-height: 481px) {
    dialog [part~=panel]:has(> [part~=progress]:not(.idle)) {
      block-size: min(var(--ss-height, 40rem), 76dvh);
    }
    dialog [part~=progress]:not(.idle) ~ :is([part~=results], .state) {
      flex: 1;
      align-content: start;
    }
  }
  dialog [part~=progress] ~ [part~=results]:has(+ .state) {
    flex: none;
    padding-block-end: 0;
  }
  [part~=suggestions] {
    display: flex;
    gap: 0.4em;
    margin-inline: -0.5em;
    padding: 0.1em 1.25em 0.5em;
    font-size: 0.8125em;
    white-space: nowrap;
    overflow: hidden;
    mask-image: linear-gradient(90deg, transparent, #000 1.25em calc(100% - 1.25em), transparent);
  }
  [part~=suggestion] {
    flex: none;
    max-inline-size: 20em;
    padding: 0.25em 0.85em;
    overflow: hidden;
    text-overflow: ellipsis;
    color: var(--_muted);
    border: 1px solid var(--_border);
    border-radius: 2em;
    cursor: pointer;
  }
  [part~=suggestion][part~=option-active] {
    color: var(--_text);
    border-color: var(--_accent);
  }
  [part~=suggestion] mark {
    background: none;
  }
  [part~=correction] {
    padding: 0.35em 1.05em 0.55em;
    font-size: 0.875em;
    color: var(--_muted);
    overflow-wrap: anywhere;
  }
  [part~=correction] [part~=query] {
    padding: 0.1em 0.3em;
    margin-inline: -0.15em;
    font-weight: 500;
    color: var(--_accent);
    border-radius: 4px;
    cursor: pointer;
  }
  [part~=correction] [part~=query]:is([part~=option-active], :hover) {
    text-decoration: underline;
    text-underline-offset: 0.2em;
  }
  [part~=redirect] > svg {
    color: var(--_accent);
  }
  .queries {
    --_line: 2.5em;
    position: relative;
    min-block-size: 0;
    overflow-y: auto;
    overscroll-behavior: contain;
    scroll-padding-block: 0.5em;
  }
  .queries [part~=results] {
    overflow: visible;
  }
  .label,
  [part~=recent-clear] {
    block-size: calc(2.25em / 0.8125);
    padding-inline: 1.05em;
    font-size: 0.8125em;
    line-height: calc(2.25em / 0.8125);
    color: var(--_muted);
  }
  /* As high as the button that clears them, which stands beside it and above the others. */
  [part~=recent] .label {
    display: grid;
    align-items: center;
  }
  .queries [part~=option] {
    align-items: center;
    block-size: var(--_line);
    padding-block: 0;
    color: var(--_text);
    cursor: pointer;
  }
  .queries [part~=option] > svg {
    color: var(--_muted);
  }
  .queries [part~=option] > span {
    overflow: hidden;
    text-overflow: ellipsis;
    white-space: nowrap;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  [part~=recent] [part~=option] {
    padding-inline-end: 3em;
  }
  /* Beside the list, each button over its row. */
  .forget {
    position: absolute;
    inset-block-start: 0.5em;
    inset-inline-end: 0.75em;
    display: grid;
    justify-items: end;
    color: var(--_muted);
  }
  .forget button {
    border-radius: var(--_small);
  }
  .forget button:hover {
    color: var(--_text);
  }
  [part~=recent-clear] {
    padding-inline: 0.6em;
  }
  [part~=recent-remove] {
    display: grid;
    place-items: center;
    block-size: var(--_line);
    inline-size: var(--_line);
  }
  @media (any-pointer: coarse) {
    [part~=suggestions] {
      overflow: auto hidden;
      overscroll-behavior-x: contain;
      scrollbar-width: none;
    }
  }
  .queries ::slotted(*) {
    margin: 0.25em 1.35em 1em;
  }
  [name="header"]::slotted(*) {
    margin: 0.75em 1.35em;
  }
  @media (max-width: 640px), (max-height: 480px) {
    .queries {
      --_line: 44px;
    }
    [part~=suggestion] {
      padding-block: 0.5em;
    }
  }
`;
