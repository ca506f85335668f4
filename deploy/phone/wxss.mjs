// WXSS → CSS. A page stands in a container of its own (app/clients/web/player/player.css), so its lengths are
// the container's: 750rpx and 100vw are its width, 100vh its height.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

const RPX = 100 / 750

/** A style sheet with what it imports, as CSS. */
export function toCss(source, path) {
  return inlined(source, path)
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(-?[\d.]+)rpx\b/g, (_, number) => `${Number((number * RPX).toFixed(4))}cqw`)
    .replace(/([\d.])vh\b/g, '$1cqh')
    .replace(/([\d.])vw\b/g, '$1cqw')
    .replace(/\s*\n\s*/g, '\n')
    .trim()
}

function inlined(source, path) {
  const text = readFileSync(join(source, path), 'utf8')
  return text.replace(/@import\s+['"]([^'"]+)['"]\s*;/g, (_, to) =>
    inlined(source, to.startsWith('/') ? to.slice(1) : join(dirname(path), to)))
}
