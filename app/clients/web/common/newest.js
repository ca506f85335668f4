// Of questions that take one another's place only the newest is answered: an answer that comes late, after
// somebody else was asked for, must not be put on the page.

/** Gives a function that begins a question, and gives one that tells whether it is still the newest. */
export function newest() {
  let last = 0;
  return () => {
    last += 1;
    const mine = last;
    return () => mine === last;
  };
}
