import { css } from "lit";

/** The line of filters and its menus, added to the element's styles when an index has filters. */
export const filterStyles = css`
  [part~=filters] {
    flex: none;
    display: flex;
    align-items: center;
    gap: 0.45em;
    block-size: 3.4em;
    padding-inline: 1.35em;
    font-size: 0.8125em;
    overflow: auto hidden;
    overscroll-behavior-x: contain;
    scroll-padding-inline: 1.35em;
    scrollbar-width: none;
    border-block-end: 1px solid var(--_border);
    mask: linear-gradient(to right, transparent, #000 1.1em calc(100% - 1.1em), transparent),
      linear-gradient(#000 0 0) bottom / 100% 1px no-repeat;
  }
  .chip {
    flex: none;
    position: relative;
    isolation: isolate;
    display: flex;
    max-inline-size: min(20em, 100%);
  }
  .chip::before {
    content: "";
    position: absolute;
    z-index: -1;
    inset: var(--_inset, 0) 0;
    border: 1px solid var(--_border);
    border-radius: var(--_small);
  }
  .chip:has([aria-expanded=true])::before,
  .chip:hover::before {
    background: var(--_surface);
  }
  [part~=filter-chosen]::before,
  [part~=filter-chosen]:hover::before {
    background: var(--_active);
    border-color: color-mix(in oklab, var(--_accent) 45%, var(--_border));
  }
  [part~=sort] {
    margin-inline-start: auto;
  }
  [part~=filters] button {
    display: flex;
    align-items: center;
    gap: 0.4em;
    min-inline-size: 0;
    min-block-size: var(--_target, 2.15em);
    padding-inline: 0.75em 0.6em;
    color: var(--_muted);
    white-space: nowrap;
    border-radius: var(--_small);
  }
  [part~=filters] button:focus-visible {
    outline-offset: -2px;
  }
  [part~=filters] button:hover {
    color: var(--_text);
  }
  .chip bdi {
    min-inline-size: 0;
    overflow: hidden;
    text-overflow: ellipsis;
  }
  .chip .value {
    flex-shrink: 0.2;
    font-weight: 500;
    color: var(--_text);
  }
  [part~=filters] [part~=filter-remove] {
    flex: none;
    justify-content: center;
    min-inline-size: var(--_target, 2.15em);
    padding: 0;
    margin-inline-start: -0.35em;
  }
  [part~=filters] [part~=filter-clear] {
    flex: none;
    padding-inline: 0.5em;
    font-weight: 500;
    color: var(--_accent);
  }
  .state [part~=filter-clear] {
    margin-block-start: 0.6em;
    padding: 0.45em 1.1em;
    font-weight: 500;
    color: var(--_text);
    background: var(--_surface);
    border: 1px solid var(--_border);
    border-radius: var(--_small);
  }
  [part~=filter-menu] {
    position: fixed;
    inset: auto;
    z-index: 1;
    min-inline-size: 12em;
    max-inline-size: min(24em, 100vw - 16px);
    max-block-size: min(20em, var(--_room, 100vh));
    margin: 0;
    padding: 0.35em;
    overflow-y: auto;
    overscroll-behavior: contain;
    scrollbar-width: thin;
    font-size: 0.875em;
    color: var(--_text);
    background: var(--_background);
    border: 1px solid var(--_border);
    border-radius: var(--_small);
    box-shadow: 0 1px 2px rgb(0 0 0 / 0.12), 0 12px 28px -6px rgb(0 0 0 / 0.28);
  }
  [part~=filter-value] {
    display: grid;
    grid-template-columns: auto minmax(0, 1fr) auto;
    align-items: center;
    gap: 0.55em;
    min-block-size: var(--_target, 2.2em);
    padding-block: 0.25em;
    padding-inline: 0.5em 0.7em;
    outline: 0;
    border-radius: calc(var(--_small) - 3px);
    cursor: pointer;
    user-select: none;
    -webkit-tap-highlight-color: transparent;
  }
  [part~=filter-value]:focus {
    background: var(--_active);
  }
  [part~=filter-value]:focus-visible {
    outline: 2px solid var(--_accent);
    outline-offset: -2px;
  }
  [part~=filter-value] > svg {
    color: var(--_accent);
    stroke-width: 2.5;
  }
  [aria-checked=false] > svg {
    visibility: hidden;
  }
  [part~=filter-value] > [dir] {
    display: -webkit-box;
    -webkit-box-orient: vertical;
    -webkit-line-clamp: 3;
    overflow: hidden;
    overflow-wrap: anywhere;
    text-align: -webkit-match-parent;
    text-align: match-parent;
  }
  [part~=filter-count] {
    min-inline-size: 3ch;
    font-size: 0.9em;
    font-variant-numeric: tabular-nums;
    text-align: end;
    color: var(--_muted);
  }
  .empty {
    color: var(--_muted);
  }
  @media (max-width: 640px), (max-height: 480px), (pointer: coarse) {
    [part~=filters] {
      --_target: 44px;
      --_inset: 5px;
      block-size: 3.25rem;
    }
    [part~=filter-menu] {
      --_target: 44px;
    }
    .state [part~=filter-clear] {
      min-block-size: 44px;
    }
  }
  @media (forced-colors: active) {
    [part~=filter-chosen]::before {
      border: 2px solid Highlight;
    }
    [part~=filter-value]:focus {
      outline: 2px solid Highlight;
      outline-offset: -2px;
    }
  }
`;
