/*
 * The three ways of adding a relative: what each needs, what is wrong, and what is sent. Pure.
 */
import { half, numberOf } from '../../core/form.js'

const ID_CARD = '01'
const BIRTH_CERTIFICATE = '990201'

/** How old somebody is, by the ID number; -1: it does not say. @param {string} certno @param {string} today */
export function ageBy(certno, today) {
  const found = /^\d{6}(\d{4})(\d{2})(\d{2})\d{3}[\dXx]$/.exec(numberOf(certno))
  if (!found) return -1
  const [year, month, date] = today.split('-').map(Number)
  const had = month * 100 + date >= Number(found[2]) * 100 + Number(found[3])
  return year - Number(found[1]) - (had ? 0 : 1)
}

/**
 * The name of the text that says what is wrong first, name and number left out (core/who.js); '' when it
 * can be sent.
 * @param {BindForm} form
 */
export function check(form) {
  const newborn = form.path === 'newborn'
  if (form.askRelation && form.relation < 0) return 'wrongRelation'
  if (form.grant) return ''
  if (form.path === 'adult') return ''
  if (!newborn && !form.proofNo.trim()) return 'wrongProof'
  return form.signature ? '' : 'wrongSign'
}

/** What is sent. @param {BindForm} form @param {Choice[]} relations */
export function messageOf(form, relations) {
  if (form.grant) {
    return { grant_id: form.grant, ...(form.askRelation ? { relation: relations[form.relation].id } : {}) }
  }
  const newborn = form.path === 'newborn'
  const certno = numberOf(form.certno)
  const message = {
    psn_name: half(form.name),
    psn_cert_type: newborn ? BIRTH_CERTIFICATE : ID_CARD,
    certno,
    relation: relations[form.relation].id,
  }
  if (form.path === 'adult') return message
  // A newborn's number is the birth certificate's own: it proves the relation too.
  const proof = newborn ? { kind: 'birth_certificate', reference: certno } : { kind: form.proofs[form.proof].id, reference: form.proofNo.trim() }
  return { ...message, commitment: form.signature, proof }
}
