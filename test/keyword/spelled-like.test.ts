import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { editDistance } from "../../src/keyword/edit-distance.ts";
import { spelledLike } from "../../src/keyword/spelled-like.ts";
import { openIndex } from "./build.ts";

/** What the texts and titles of some pages have that is spelled like a word, which is its own term by default. */
async function terms(
  word: string,
  texts: readonly string[],
  { titles = [], own = [word] }: { readonly titles?: readonly string[]; readonly own?: readonly string[] } = {},
): Promise<string[]> {
  const pages = texts.map((text, i) => ({
    title: titles[i]?.split(" ") ?? [],
    chunks: [{ headings: [], text: text.split(" ") }],
  }));
  return (await spelledLike(word, own, openIndex(pages).index.reader(undefined))).map((match) => match.term);
}

describe("spelledLike", () => {
  it("finds the term at the fewest edits, wherever it stands", async () => {
    expect(await terms("kubernets", ["some text", "kubernet kube kernels"])).toEqual(["kubernet"]);
    expect(await terms("instalation", ["nothing", "here"], { titles: ["", "installation"] })).toEqual(["installation"]);
  });

  it("takes two letters that changed places for less than an edit", async () => {
    expect(await terms("recieve", ["relieve receive"])).toEqual(["receive"]);
    expect(await terms("seach", ["saech"])).toEqual(["saech"]);
  });

  it("finds the longest beginning where nothing is near", async () => {
    expect(await terms("configuraton", ["confi configur config"])).toEqual(["configur", "config"]);
  });

  it("goes by the length of the word, not by that of its stem", async () => {
    expect(await terms("meening", ["mean moan"], { own: ["meen"] })).toEqual(["mean"]);
    expect(await terms("meen", ["mean"])).toEqual([]);
  });

  it("finds what is nearest to any of a word's terms, each once", async () => {
    const own = ["instal", "instalation"];
    expect(await terms("instalation", ["install installation instance"], { own })).toEqual(["install", "installation"]);
    expect(await terms("recieve", ["receive relieved"], { own: ["recieve", "reciev"] })).toEqual(["receive"]);
  });

  it("puts first what more chunks have", async () => {
    expect(await terms("brett", ["breit", "breit brent", "brent", "brent"])).toEqual(["brent", "breit"]);
  });

  it.each([
    ["a short word", "teh", "the"],
    ["another first letter", "noose", "moose"],
    ["more edits than a fifth of the letters", "typscrit", "typewriter"],
  ])("does not correct %s", async (_, term, text) => {
    expect(await terms(term, [text])).toEqual([]);
  });

  it("finds what the definition says", async () => {
    const word = fc.stringMatching(/^[ab][abc]{3,8}$/);
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(word, { minLength: 1, maxLength: 7 }), word, async (words, term) => {
        const swaps = Array.from({ length: term.length - 1 }, (_, i) =>
          [term.slice(0, i), term[i + 1], term[i], term.slice(i + 2)].join(""),
        );
        const edits = words.map((own) => (own !== term && swaps.includes(own) ? 0.5 : editDistance(own, term, 9)));
        const near = words.filter(
          (own, i) => term.length >= 5 && own[0] === term[0] && (edits[i] as number) <= Math.round(term.length * 0.2),
        );
        fc.pre(near.length > 0);
        const least = Math.min(...near.map((own) => edits[words.indexOf(own)] as number));
        const expected = near.filter((own) => edits[words.indexOf(own)] === least);
        expect((await terms(term, [words.join(" ")])).sort()).toEqual(expected.sort());
      }),
    );
  });
});
