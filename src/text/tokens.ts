/** Tokens per word of letters and digits, longer words more, as subword vocabularies split them. */
const PER_WORD = 1.3;
const LETTERS_PER_TOKEN = 8;
/** Tokens per sign that is neither letter nor digit. */
const PER_SIGN = 0.25;
/** Scripts without spaces between words. */
const CHARACTERS_PER_TOKEN = 1.5;

/**
 * About how many tokens a text is: 1.3 for a word, one for 1.5 characters of a script that writes no spaces (Chinese,
 * Japanese, Thai, Lao, Khmer, Burmese). Not rounded, so that parts add up. Cost: one pass over the characters.
 */
export function estimateTokens(text: string): number {
  let tokens = 0;
  let letters = 0;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const isUnspaced = code > 0x0e00 && isUnspacedScript(code);
    if (!isUnspaced && isWordCode(code)) {
      letters++;
      continue;
    }
    if (letters > 0) tokens += wordTokens(letters);
    letters = 0;
    if (isUnspaced) tokens += 1 / CHARACTERS_PER_TOKEN;
    else if (code > 0x20 && code !== 0xa0) tokens += PER_SIGN;
  }
  return letters > 0 ? tokens + wordTokens(letters) : tokens;
}

function wordTokens(letters: number): number {
  return Math.max(PER_WORD, letters / LETTERS_PER_TOKEN);
}

function isWordCode(code: number): boolean {
  if (code >= 0xc0) return code < 0x2000 || code > 0x206f;
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57) || code === 95;
}

function isUnspacedScript(code: number): boolean {
  return (
    (code >= 0x0e00 && code <= 0x0eff) || // Thai, Lao
    (code >= 0x1000 && code <= 0x109f) || // Burmese
    (code >= 0x1780 && code <= 0x17ff) || // Khmer
    (code >= 0x3040 && code <= 0x30ff) || // Hiragana, Katakana
    (code >= 0x3400 && code <= 0x9fff) || // Han
    (code >= 0xf900 && code <= 0xfaff) ||
    (code >= 0xd840 && code <= 0xd87f) // Han beyond the basic plane: the first half of each pair
  );
}
