const SVG = 'http://www.w3.org/2000/svg';

function fill(element, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value === true) element.setAttribute(name, '');
    else if (value !== false && value != null) element.setAttribute(name, String(value));
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

/** An element with attributes and children; text is always text, never markup. */
export const el = (name, attributes = {}, ...children) => fill(document.createElement(name), attributes, children);

export const svg = (name, attributes = {}, ...children) => fill(document.createElementNS(SVG, name), attributes, children);

export const facts = (pairs) => el('dl', {}, pairs
  .filter(([, value]) => value != null)
  .map(([name, value]) => [el('dt', {}, name), el('dd', {}, value)]));

const numbers = new Intl.NumberFormat('en', { maximumFractionDigits: 2 });
export const number = (value) => numbers.format(value);

/** Counts are exact; the percentage is for reading. */
export const accuracy = (counts) => counts == null ? '–' : `${counts.percent.toFixed(2)} %`;

export function duration(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return `${Math.floor(whole / 60)} min ${whole % 60} s`;
  return `${Math.floor(whole / 3600)} h ${Math.floor((whole % 3600) / 60)} min`;
}

/** What was refused, where, and what may be given there. */
export function refusal(problem) {
  return el('div', { class: 'refusal' },
    el('strong', {}, problem.title ?? 'Refused'),
    facts([
      ['field', problem.field],
      ['value', problem.field && problem.value],
      ['allowed', problem.field && problem.allowed],
      ['detail', problem.field ? null : problem.detail],
    ]),
    problem.type && problem.type !== 'about:blank' && el('a', { href: problem.type }, 'About this kind of refusal'));
}
