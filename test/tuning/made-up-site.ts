import { createRandom } from "../../src/core/random.ts";

/** Pages of the made-up site, the home page aside. */
export const TOPICS = 40;

/** A pronounceable word that no other number has. */
export function wordOf(number: number): string {
  const syllables = ["ba", "ce", "di", "fo", "gu", "ka", "le", "mi", "no", "pu"];
  return [...String(number).padStart(4, "0")].map((digit) => syllables[Number(digit)]).join("");
}

/**
 * A site whose links say in other words what its pages are about: every topic has a word of its own, and two aliases
 * that stand in links alone. The home page has all links, four to a topic.
 */
export function madeUpSite(): Record<string, string> {
  const random = createRandom(7);
  const filler = () => wordOf(9000 + Math.floor(random() * 200));
  const files: Record<string, string> = {};
  const links: string[] = [];
  for (let i = 0; i < TOPICS; i++) {
    const [topic, first, second] = [wordOf(i), wordOf(1000 + i), wordOf(2000 + i)];
    const sentences = Array.from({ length: 6 }, () => `${[topic, filler(), filler(), topic, filler()].join(" ")}.`);
    files[`${topic}.html`] = page(
      `The ${topic} topic`,
      `<h2 id="more">More ${topic}</h2><p>${sentences.join(" ")}</p>`,
    );
    const texts = [
      `${first} ${second}`,
      `${first} overview`,
      `${second} overview`,
      `about ${second} or ${first} today`,
    ];
    links.push(...texts.map((text) => `<li><a href="/${topic}.html">${text}</a></li>`));
  }
  const intro = "<p>Everything that this site has to say, topic by topic, in no order at all.</p>";
  files["index.html"] = page("Home", `${intro}<ul>${links.join("")}</ul>`);
  return files;
}

function page(title: string, content: string): string {
  return `<!doctype html><html lang="en"><title>${title}</title><main><h1>${title}</h1>${content}</main></html>`;
}
