// The phone around the pages: navigation bar, place for pages, tab bar, what lies over them.
const make = (tag, className, parent) => {
  const made = document.createElement(tag)
  made.className = className
  parent.append(made)
  return made
}

const phone = make('div', 'phone', document.body)
const nav = make('header', 'nav', phone)
const back = make('button', 'nav-back', nav)
back.type = 'button'
const title = make('h1', 'nav-title', nav)
const pages = make('main', 'pages', phone)
const over = make('div', 'over', phone)
const toast = make('div', 'toast', over)
toast.role = 'status'
toast.hidden = true

export const frame = { phone, nav, back, title, pages, over, toast }
