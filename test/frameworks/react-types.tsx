/** What a React 19 project may write, and may not: checked by `tsc`, never run. */
import type { ReactNode } from "react";
import type {} from "../../src/frameworks/react.ts";

export function good(): ReactNode {
  return (
    <semantic-search
      className="search"
      src="/semantic-search/index.json"
      inline
      theme="dark"
      sections-per-page={2}
      queryParam=""
      keys={{ open: ["ctrl+Enter"] }}
      strings={{ label: "Suchen" }}
      renderHit={({ page, isFirst }) => (isFirst ? page.title : undefined)}
      ref={(element) => element?.search("kitten")}
      onss-select={(event) => event.detail.href.startsWith("https:") && event.preventDefault()}
      onss-error={({ detail }) => console.warn(detail.error.code)}
    >
      <span slot="trigger">Ask</span>
    </semantic-search>
  );
}

export function goodRelated(): ReactNode {
  return (
    <semantic-related
      src="/semantic-search/index.json"
      limit={3}
      heading={undefined}
      forYou
      ref={(element) => element?.forget()}
      onss-related-select={(event) => event.detail.forYou && event.preventDefault()}
      onss-error={({ detail }) => console.warn(detail.error.code)}
    />
  );
}

export function bad(): ReactNode {
  return (
    <>
      {/* @ts-expect-error: no such theme. */}
      <semantic-search theme="blue" />
      {/* @ts-expect-error: a number. */}
      <semantic-search limit="many" />
      {/* @ts-expect-error: no such string. */}
      <semantic-search strings={{ lable: "Search" }} />
      {/* @ts-expect-error: no such field in its detail. */}
      <semantic-search onss-search={(event) => event.detail.href} />
      {/* @ts-expect-error: a number. */}
      <semantic-related limit="many" />
      {/* @ts-expect-error: no such field in its detail. */}
      <semantic-related onss-related-select={(event) => event.detail.query} />
    </>
  );
}
