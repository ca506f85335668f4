// Makes what the browser needs of the mini-program into app/clients/web/made: the engine as two modules, the
// program's settings as one, each page's and component's compiled template with its style as one, fetched
// when it is opened, and the page that loads them.
//
//   node deploy/phone/make.mjs [--check [FOLDER]]       --check only compiles, and writes nothing
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join, posix, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { toCss } from './wxss.mjs'

const here = dirname(fileURLToPath(import.meta.url))
const root = join(here, '../..')
const check = process.argv.indexOf('--check')
const source = (check > 0 && process.argv[check + 1]) || join(root, 'app/clients/miniprogram')
const made = join(root, 'app/clients/web/made')
const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler')

/** Every file of the mini-program with one ending, by its path without it. */
function found(ending) {
  return readdirSync(source, { recursive: true })
    .map((path) => path.split('\\').join('/'))
    .filter((path) => path.endsWith(ending))
    .sort()
    .map((path) => [path.slice(0, -ending.length), readFileSync(join(source, path), 'utf8')])
}

/** All templates as one group; what the compiler finds wrong goes to `wrongs`. */
function templates(wrongs) {
  const group = new TmplGroup()
  for (const [path, text] of wxml) {
    for (const wrong of group.addTmpl(path, text)) {
      wrongs.push(`${path}.wxml:${wrong.startLine + 1}:${wrong.startColumn + 1} ${wrong.message}`)
    }
  }
  return group
}

/** One template with those that it imports, as a JavaScript expression. */
function alone(group, path) {
  const own = new TmplGroup()
  const seen = new Set()
  const add = (one) => {
    if (seen.has(one)) return
    seen.add(one)
    own.addTmpl(one, wxml.get(one))
    group.getDirectDependencies(one).forEach(add)
  }
  add(path)
  return own.getTmplGenObjectGroups()
}

function settings() {
  return Object.fromEntries(found('.json').map(([path, text]) => [path, JSON.parse(text)]))
}

/** Every module that `entries` load, themselves first: addresses as the browser sees them. */
function graph(entries, folders) {
  const seen = new Set()
  const walk = (address) => {
    if (seen.has(address)) return
    seen.add(address)
    const [, top] = address.split('/')
    const text = readFileSync(join(folders[top], relative(`/${top}`, address)), 'utf8')
    for (const [, to] of text.matchAll(/^(?:import|export)[^'"]*from\s*['"]([^'"]+)['"]|^import\s*['"]([^'"]+)['"]/gm)) {
      if (to) walk(to.startsWith('/') ? to : posix.join(posix.dirname(address), to))
    }
  }
  entries.forEach(walk)
  return [...seen]
}

function engine() {
  const modules = join(here, 'node_modules')
  const strip = (text) => text.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n')
  const read = (path) => strip(readFileSync(join(modules, path), 'utf8'))
  const adapter = read('glass-easel-miniprogram-adapter/dist/glass_easel_miniprogram_adapter.es.js')
  writeFileSync(join(made, 'engine.js'), read('glass-easel/dist/glass_easel.all.es.js'))
  writeFileSync(join(made, 'adapter.js'), adapter.replaceAll('"glass-easel"', '"./engine.js"'))
}

const wrongs = []
const json = settings()
const wxml = new Map(found('.wxml'))
const group = templates(wrongs)
const styles = Object.fromEntries(found('.wxss').map(([path]) => [path, toCss(source, path + '.wxss')]))
if (wrongs.length) {
  console.error(wrongs.join('\n'))
  process.exit(1)
}
if (check < 0) {
  mkdirSync(made, { recursive: true })
  for (const folder of readdirSync(source)) rmSync(join(made, folder), { recursive: true, force: true })
  engine()
  const { app, ...rest } = json
  delete rest.sitemap
  delete rest['project.config']
  writeFileSync(join(made, 'program.js'), `export const app = ${JSON.stringify(app)}
export const settings = ${JSON.stringify(rest)}
export const style = ${JSON.stringify(styles.app)}
`)
  for (const path of Object.keys(rest)) {
    const module = join(made, path + '.js')
    mkdirSync(dirname(module), { recursive: true })
    writeFileSync(module, `export const template = ${alone(group, path)}['${path}']
export const style = ${JSON.stringify(styles[path] || '')}
`)
  }
  const folders = { player: join(root, 'app/clients/web/player'), made, miniprogram: source }
  const first = app.pages[0]
  const bar = 'custom-tab-bar/index'
  const entries = ['/player/main.js', '/miniprogram/app.js',
    ...[first, bar].flatMap((path) => [`/miniprogram/${path}.js`, `/made/${path}.js`])]
  const preload = graph(entries, folders).map((path) => `<link rel="modulepreload" href="${path}">`)
  const page = readFileSync(join(root, 'app/clients/web/player/index.html'), 'utf8')
  writeFileSync(join(made, 'index.html'), page.replace('<!-- modules -->', preload.join('\n')))
}
