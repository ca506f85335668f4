"""注销: a person leaves the mini-program.

What was agreed to on phones ends with it: grants, bindings, cards, the log-in and what may be sent
in WeChat. What is not the mini-program's stays: the insurance, accounts and wallet with their
money, and the books, which the law has kept for thirty years."""
