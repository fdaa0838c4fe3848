// What a hit of the search is worth. To Sphinx the name of a function counts for more (16) than a
// section's title (15); here somebody who looks for "momentum" wants the section of that name before
// the functions of the reference. The rest is as Sphinx has it.
var Scorer = {
  objNameMatch: 6,
  objPartialMatch: 3,
  objPrio: { 0: 3, 1: 1, 2: -5 },
  objPrioDefault: 0,
  title: 15,
  partialTitle: 7,
  term: 5,
  partialTerm: 2,
};
