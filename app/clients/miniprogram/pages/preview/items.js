/*
 * The lines of a bill that is only worked out. Pure, but for words.
 */
import { fenOf, plainSum } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './texts.js'

const CLASS = { '01': 'catalogue1', '02': 'catalogue2', '03': 'catalogue3' }

/** An item of the catalogue, as a line. @param {any} found @returns {BillLine} */
export function lineOf(found) {
  const limit = found.price_limit ? ' · ' + fill(texts, 'limit', { sum: money(fenOf(found.price_limit)) }) : ''
  return {
    key: found.med_list_codg,
    code: found.med_list_codg,
    name: found.name,
    note: fill(texts, CLASS[/** @type {'01'} */ (found.chrgitm_lv)] || 'outside') + limit,
    price: '',
    count: '1',
    prescribed: false,
  }
}

/** What was bought once, as it was. @param {any} bought  of a bill @returns {BillLine} */
export function lineAgain(bought) {
  const line = lineOf({ med_list_codg: bought.code, name: bought.name, chrgitm_lv: bought.level, price_limit: null })
  return { ...line, price: bought.price, count: bought.count }
}

/** Something that the catalogue does not know. @param {string} name @returns {BillLine} */
export function lineByHand(name) {
  return { key: 'hand-' + name, code: name, name, note: fill(texts, 'outside'), price: '', count: '1', prescribed: false }
}

/** The name of the text that says what is wrong first; ''. @param {any} shop @param {BillLine[]} lines */
export function check(shop, lines) {
  if (!shop) return 'wrongShop'
  if (!lines.length) return 'wrongItems'
  if (lines.some((line) => Number.isNaN(fenOf(line.price)))) return 'wrongPrice'
  return lines.some((line) => !(/^\d{1,5}(\.\d{1,4})?$/.test(plainSum(line.count)) && Number(plainSum(line.count)) > 0)) ? 'wrongCount' : ''
}

/** What is sent. @param {string} patient @param {any} shop @param {BillLine[]} lines @param {boolean} useAccount */
export function messageOf(patient, shop, lines, useAccount) {
  return {
    patient,
    fixmedins_code: shop.fixmedins_code,
    use_account: useAccount,
    items: lines.map((line) => ({
      med_list_codg: line.code,
      price: plainSum(line.price),
      count: plainSum(line.count),
      prescribed: shop.prescriptions && line.prescribed,
    })),
  }
}
