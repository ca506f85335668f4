/*
 * What the form of a transfer holds, whether it can be sent, and what is sent. Pure.
 */
import { fenOf, half, numberOf } from '../../core/form.js'
import { money } from '../../core/format.js'
import { fill } from '../../core/i18n.js'
import texts from './send-texts.js'

/** Whom money can go to: known relatives, and at last somebody by name. @param {Wallet} wallet */
export function payeesOf(wallet) {
  return [
    ...wallet.payees.map((one) => ({
      family: one.family || '',
      grant: one.grant || '',
      person: one.person_id,
      text: `${one.other_is} ${one.name}`,
      asks: one.ask_relation,
    })),
    { family: '', grant: '', person: '', text: fill(texts, 'other'), asks: true },
  ]
}

/** Where it can come from. @param {Wallet} wallet */
export function sourcesOf(wallet) {
  return wallet.sources
    .filter((one) => one.available_fen !== null)
    .map((one) => ({
      id: one.source,
      name: fill(texts, one.source),
      left: fill(texts, 'left', { sum: money(one.available_fen || 0) }),
      on: false,
    }))
    .map((one, at) => ({ ...one, on: at === 0 }))
}

/** Whether the relative is named by name and number. @param {Record<string, any>} form */
export function byName(form) {
  const to = form.payees[form.to]
  return Boolean(to) && !to.family && !to.grant
}

/** Whether it has to be said who the relative is. @param {Record<string, any>} form */
export function asksRelation(form) {
  const to = form.payees[form.to]
  return Boolean(to) && to.asks
}

/** What is wrong first, name and number left out (core/who.js); '' when it can be sent. @param {Record<string, any>} form */
export function check(form) {
  if (form.to < 0) return 'wrongTo'
  if (asksRelation(form) && form.relation < 0) return 'wrongRelation'
  if (!form.sources.some((/** @type {{ on: boolean }} */ one) => one.on)) return 'wrongSource'
  return Number.isNaN(fenOf(form.amount)) ? 'wrongAmount' : ''
}

/** What is sent. @param {Record<string, any>} form @param {string} mark */
export function messageOf(form, mark) {
  const to = form.payees[form.to]
  const source = form.sources.find((/** @type {{ on: boolean }} */ one) => one.on).id
  const said = to.asks ? { relation: form.relations[form.relation].id } : {}
  const money = { amount_fen: fenOf(form.amount), source, mark, ...said }
  if (to.family) return { family: to.family, ...money }
  if (to.grant) return { grant: to.grant, ...money }
  return { psn_name: half(form.name), certno: numberOf(form.certno), ...money }
}

/** For whom, in words. @param {Record<string, any>} form */
export function whom(form) {
  return byName(form) ? `${form.relations[form.relation].name} ${form.name.trim()}` : form.payees[form.to].text
}
