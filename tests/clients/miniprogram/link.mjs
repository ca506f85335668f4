// Links every script of the pages as a browser would, and runs none: a name declared twice, a file
// that is not there and a name that its file does not give are told, a line each. In: the folder.

import { readFileSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { SourceTextModule, createContext } from "node:vm";

const root = resolve(process.argv[2]);
const context = createContext({});
const made = new Map();

function module(path) {
  if (!made.has(path)) {
    made.set(path, new SourceTextModule(readFileSync(path, "utf8"), { context, identifier: path }));
  }
  return made.get(path);
}

function named(specifier, from) {
  return specifier.startsWith("/") ? join(root, specifier) : resolve(from.identifier, "..", specifier);
}

const files = readdirSync(root, { recursive: true }).map((name) => join(root, name))
  .filter((path) => path.endsWith(".js") && statSync(path).isFile() && !path.includes("/made/"));
let wrong = 0;
for (const path of files) {
  try {
    const one = module(path);
    if (one.status === "unlinked") await one.link((specifier, from) => module(named(specifier, from)));
  } catch (error) {
    wrong += 1;
    console.error(`${path}: ${error.message}`);
  }
}
console.log(`${files.length} scripts`);
process.exit(wrong ? 1 : 0);
