/** How often an atom is repeated; without an upper bound `max` is infinite. */
type Repeat = { readonly min: number; readonly max: number; readonly isEndless: boolean };

/** What a backslash introduces. */
type Escape = { readonly kind: 'text' | 'class' | 'assertion'; readonly text: string };

const REPEAT = /(?:[*+?]|\{(\d{1,4})(,?)(\d{0,4})\})\??/y;
const FLAGS = /\?([imsU]*)(?:-[imsU]+)?([:)])/y;
const NAME = /\?P?<\w+>/y;
const QUOTED = /\\Q([\s\S]*?)(?:\\E|$)/y;
const HEXADECIMAL = /\\x(?:([0-9A-Fa-f]{2})|\{([0-9A-Fa-f]{1,6})\})/y;
const OCTAL = /\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/y;
const CLASS_ESCAPE = /\\(?:[dDsSwWC]|[pP](?:[A-Za-z]|\{\^?\w+\}))/y;
const ASSERTION = /\\[AzbB]/y;
const CONTROL = /\\[afnrtv]/y;
const PUNCTUATION = /\\([^A-Za-z0-9])/uy;

/** Walks over the source of a regex, token by token. */
export class RegexCursor {
  /** Index of the next character. */
  position = 0;
  /** Letters of all flags turned on so far. */
  flags = '';
  readonly #source: string;

  /** Starts at the beginning of a source that RE2 accepts. */
  constructor(source: string) {
    this.#source = source;
  }

  /** Whether nothing is left. */
  isAtEnd(): boolean {
    return this.position >= this.#source.length;
  }

  /** Whether a text comes next. */
  isAt(text: string): boolean {
    return this.#source.startsWith(text, this.position);
  }

  /** Steps over a text if it comes next. */
  take(text: string): boolean {
    if (!this.isAt(text)) return false;
    this.position += text.length;
    return true;
  }

  /** Steps over one character, a pair of surrogates as a whole. */
  takeCharacter(): string {
    const character = String.fromCodePoint(this.#source.codePointAt(this.position) ?? 0);
    this.position += character.length;
    return character;
  }

  /** Steps over a quantifier, if one comes next; `{` without numbers is a character like any other. */
  takeRepeat(): Repeat | undefined {
    const match = this.#takeMatch(REPEAT);
    if (match === undefined) return undefined;
    const [text, min, comma, max] = match;
    const isEndless = min === undefined ? !text.startsWith('?') : comma === ',' && max === '';
    if (isEndless)
      return { min: Number(min ?? (text.startsWith('+') ? 1 : 0)), max: Number.POSITIVE_INFINITY, isEndless };
    if (min === undefined) return { min: 0, max: 1, isEndless };
    return { min: Number(min), max: Number(comma === ',' ? max : min), isEndless };
  }

  /** Steps over what follows `(`: a name, flags for the group, or flags for what follows the closing parenthesis. */
  takeGroupOpening(): 'group' | 'flags' | undefined {
    if (!this.isAt('?')) return 'group';
    if (this.#takeMatch(NAME) !== undefined) return 'group';
    const match = this.#takeMatch(FLAGS);
    if (match === undefined) return undefined;
    this.flags += match[1] ?? '';
    return match[2] === ':' ? 'group' : 'flags';
  }

  /** Steps over a bracketed class, `]` first and `[:alpha:]` inside included. */
  takeClass(): string | undefined {
    const start = this.position;
    this.take('[');
    this.take('^');
    this.take(']');
    while (!this.isAtEnd() && !this.isAt(']')) {
      if (this.isAt('[:')) this.#takeMatch(/\[:\^?\w+:\]|\[/y);
      else if (this.isAt('\\')) this.#takeMatch(/\\[\s\S]/y);
      else this.takeCharacter();
    }
    return this.take(']') ? this.#source.slice(start, this.position) : undefined;
  }

  /** Steps over an escape. */
  takeEscape(): Escape | undefined {
    const quotedText = this.#takeMatch(QUOTED);
    if (quotedText !== undefined) return { kind: 'text', text: quotedText[1] ?? '' };
    const set = this.#takeMatch(CLASS_ESCAPE) ?? this.#takeMatch(CONTROL);
    if (set !== undefined) return { kind: 'class', text: set[0] };
    const assertion = this.#takeMatch(ASSERTION);
    if (assertion !== undefined) return { kind: 'assertion', text: assertion[0] };
    return this.#takeEscapedCharacter();
  }

  #takeEscapedCharacter(): Escape | undefined {
    const hexadecimal = this.#takeMatch(HEXADECIMAL);
    if (hexadecimal !== undefined) return codePoint(Number.parseInt(hexadecimal[1] ?? hexadecimal[2] ?? '', 16));
    const octal = this.#takeMatch(OCTAL);
    if (octal !== undefined) return codePoint(Number.parseInt(octal[1] ?? '', 8));
    const mark = this.#takeMatch(PUNCTUATION)?.[1];
    return mark === undefined ? undefined : { kind: 'text', text: mark };
  }

  /** @param pattern a sticky one */
  #takeMatch(pattern: RegExp): RegExpExecArray | undefined {
    pattern.lastIndex = this.position;
    const match = pattern.exec(this.#source);
    if (match === null) return undefined;
    this.position += match[0].length;
    return match;
  }
}

function codePoint(code: number): Escape | undefined {
  return code > 0x10ffff ? undefined : { kind: 'text', text: String.fromCodePoint(code) };
}
