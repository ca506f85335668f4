/*
 * Who pays what of a bill, ready to be drawn (core/bill.wxml).
 */
import { money } from './format.js'
import { commonTexts } from './i18n.js'

/**
 * @param {{ payer: string, name: string | null, amount_fen: number }[]} parts
 * @returns {{ who: string, sum: string, payer: string }[]}
 */
export function payers(parts) {
  const c = commonTexts()
  return parts.map((part) => ({
    payer: part.payer,
    who: c[part.payer] + (part.name ? ' ' + part.name : ''),
    sum: money(part.amount_fen),
  }))
}
