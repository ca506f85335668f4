// Chinese first, English complete: each text stands once, as a pair.

const KEPT = "qinji.language";
const LANGUAGES = ["zh", "en"];

/** The language of this page: what was chosen here, else the browser's. */
export function language() {
  const chosen = localStorage.getItem(KEPT);
  if (LANGUAGES.includes(chosen)) return chosen;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

/** Chooses a language; it counts from the next `language()` on. */
export function choose(name) {
  localStorage.setItem(KEPT, name);
}

/**
 * A function that gives a text in the chosen language.
 *
 * @param {Object<string, [string, string]>} pairs Chinese and English; `{name}` is filled in
 * @returns {(key: string, values?: Object<string, unknown>) => string}
 */
export function translator(pairs) {
  const at = LANGUAGES.indexOf(language());
  document.documentElement.lang = at === 0 ? "zh-CN" : "en";
  return (key, values = {}) => {
    const pair = pairs[key];
    if (!pair) throw new Error(`no text ${key}`);
    return pair[at].replace(/\{(\w+)\}/g, (whole, name) => String(values[name] ?? whole));
  };
}
