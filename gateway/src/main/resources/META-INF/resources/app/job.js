import { accuracy, duration, el, facts, number, svg } from './elements.js';

const STAGES = { poison: 'data set', training: 'training', rift: 'RiFT', theory: 'theory' };
const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED'];

export const ended = (job) => ENDED.includes(job.state);

/** The job in one sentence, for people and for screen readers. */
export function sentence(job) {
  const stage = STAGES[job.stage];
  switch (job.state) {
    case 'WAITING': return `Waiting for a worker (${stage}).`;
    case 'RUNNING': return `Running: ${stage}.`;
    case 'COMPLETED': return job.suspect ? 'Completed, with a suspect result.' : 'Completed.';
    case 'FAILED': return 'Failed.';
    default: return 'Cancelled.';
  }
}

export function stages(job) {
  const current = job.stages.indexOf(job.stage);
  return el('ol', { class: 'stages', 'aria-label': 'Stages' }, job.stages.map((stage, i) => el('li', {
    class: job.state === 'COMPLETED' || (current >= 0 && i < current) ? 'done' : null,
    'aria-current': i === current ? 'step' : null,
  }, STAGES[stage])));
}

/** Bar, rate and time left. Returns the element and a function that shows newer progress in it. */
export function progressBar() {
  const bar = el('progress', { 'aria-label': 'Progress of this phase' });
  const text = el('p', { class: 'progress' });
  const show = (progress) => {
    if (progress == null) {
      bar.removeAttribute('value');
      text.textContent = 'No progress told yet.';
      return;
    }
    if (progress.total > 0) {
      bar.max = progress.total;
      bar.value = progress.done;
    } else {
      bar.removeAttribute('value');
    }
    const parts = [
      progress.total > 0
        ? `${number(progress.done)} of ${number(progress.total)} ${progress.unit}`
        : `${number(progress.done)} ${progress.unit}`,
      progress.ratePerSecond > 0 ? `${number(progress.ratePerSecond)} ${progress.unit}/s` : null,
      progress.secondsLeft != null ? `about ${duration(progress.secondsLeft)} left` : null,
      ...Object.entries(progress.metrics).map(([name, value]) => `${name} ${number(value)}`),
    ];
    text.textContent = `${progress.phase}: ${parts.filter(Boolean).join(' · ')}`;
  };
  return { element: el('div', {}, bar, text), show };
}

export function failure(cause) {
  return el('div', { class: 'refusal' },
    el('strong', {}, `Failed in ${STAGES[cause.stage] ?? 'an unknown stage'} (${cause.code})`),
    el('p', {}, cause.detail));
}

export function result(outcome) {
  const { dataset, training, rift, theory, suspicions } = outcome;
  return el('div', {},
    suspicions?.length > 0 && el('div', { class: 'refusal' },
      el('strong', {}, 'Suspect'), el('ul', {}, suspicions.map((law) => el('li', {}, law)))),
    dataset?.findings.length > 0 && el('div', { class: 'refusal' },
      el('strong', {}, 'What the quality gate found'),
      el('ul', {}, dataset.findings.map((finding) => el('li', {}, finding.detail)))),
    training && accuracies(training),
    training?.ownership && el('p', {}, training.ownership.text),
    training?.notes?.map((note) => el('p', {}, note)),
    training?.imported && el('p', {}, imported(training.imported)),
    training?.evaluation && evaluation(training.evaluation, dataset),
    rift && refinement(rift, outcome.recipe.rift),
    theory && mixture(theory),
    dataset && images(dataset),
    el('h3', {}, 'Artifacts'),
    el('ul', {},
      dataset && artifact('data set', dataset.dataset),
      dataset?.controls.map((control) => artifact(`test images through ${control.control}`, control.dataset)),
      dataset?.pictures && artifact('pictures before and after', dataset.pictures),
      training && weights('trained network', training.checkpoint),
      rift && weights('refined network', rift.checkpoint),
      rift?.document && artifact('report of the refinement', rift.document),
      rift?.criticality && artifact('criticality of every module', rift.criticality),
      rift?.examples && artifact('adversarial examples that it was measured on', rift.examples),
      theory && artifact('every point of the grid (CSV)', theory.table),
      theory && artifact('contours (PNG)', theory.picture)));
}

function images(dataset) {
  return el('div', {},
    el('h3', {}, 'Data set'),
    facts([
      ['classes', String(dataset.classes.length)],
      ['images', `${number(dataset.trainImages)} to train on, ${number(dataset.testImages)} to test`],
      ['protected', number(dataset.protectedImages)],
      ['key', dataset.insecureSeed ? 'a NumPy seed, which can be searched: INSECURE, for reproduction only' : dataset.keyId],
    ]),
    dataset.pictures && el('img', {
      class: 'picture',
      src: `/api/v1/artifacts/${dataset.pictures.id}`,
      alt: 'A few images of each class: clean, difference, unlearnable',
      loading: 'lazy',
    }),
    dataset.quality.length > 0 && table('Protected images against their originals',
      ['class', 'images', 'PSNR in dB', 'SSIM (sample)', 'values clipped'],
      dataset.quality.map((quality) => [
        quality.name,
        number(quality.images),
        quality.psnr == null ? '–' : quality.psnr.toFixed(1),
        quality.ssim == null ? '–' : quality.ssim.toFixed(3),
        `${(100 * quality.clippedShare).toFixed(2)} %`,
      ])),
    dataset.leaks.length > 0 && el('details', {},
      el('summary', {}, 'What leaked pairs of original and published image would give away'),
      el('ul', {}, dataset.leaks.map((leak) => el('li', {}, leak.text)))));
}

function mixture(theory) {
  return el('div', {},
    el('h3', {}, `Gaussian mixture in dimension ${theory.dimension}`),
    el('img', {
      class: 'picture',
      src: `/api/v1/artifacts/${theory.picture.id}`,
      alt: 'Contours of the accuracy on clean data, and of its bound, over the two filters',
    }),
    table('Accuracy on clean data of the classifier that is best for filtered data',
      ['norm of the mean', 'unfiltered', 'lowest, exact', 'at (a₋₁, a₁)', 'sampling vs exact', 'printed bound fails'],
      theory.norms.map((norm) => [
        String(norm.norm),
        `${(100 * norm.cleanAccuracy).toFixed(2)} %`,
        `${(100 * norm.lowestAccuracy).toFixed(2)} %`,
        norm.lowestAt.join(', '),
        `${norm.largestDeviation.toFixed(1)} standard errors at most`,
        `${norm.printedBoundFailures} of ${norm.points} points`,
      ])));
}

/** The first column names the row; all others are figures. */
function table(caption, columns, rows) {
  return el('div', { class: 'scroll' }, el('table', {},
    el('caption', {}, caption),
    el('thead', {}, el('tr', {}, columns.map((column, i) =>
      el('th', { scope: 'col', class: i > 0 ? 'number' : null }, column)))),
    el('tbody', {}, rows.map((row) => el('tr', {}, row.map((value, i) => i === 0
      ? el('th', { scope: 'row' }, value)
      : el('td', { class: 'number' }, value)))))));
}

function artifact(name, reference, ...more) {
  return el('li', {},
    el('a', { href: address(reference), download: true }, name),
    ` (${number(reference.size / 1e6)} MB)`,
    more);
}

const address = (reference) => `/api/v1/artifacts/${reference.id}`;

function weights(name, reference) {
  return artifact(name, reference, ' · ',
    el('a', { href: `${address(reference)}?format=pth`, download: true, 'aria-label': `${name} for PyTorch (.pth)` },
      'PyTorch (.pth)'));
}

function accuracies(training) {
  const rows = [
    ['Trained network', training.testClean, training.testRobust],
    training.evaluation?.autoAttack && [
      'Trained network under AutoAttack', training.evaluation.autoAttack.clean, training.evaluation.autoAttack.robust],
    ...(training.controls ?? []).map((control) => [`Trained network, test images through ${control.control}`, control.accuracy]),
  ].filter(Boolean);
  return el('div', { class: 'scroll' }, el('table', {},
    el('caption', { class: 'unseen' }, 'Accuracy on the test split'),
    el('thead', {}, el('tr', {},
      el('th', { scope: 'col' }, 'Test split, measured once'),
      el('th', { scope: 'col', class: 'number' }, 'clean accuracy'),
      el('th', { scope: 'col', class: 'number' }, 'robust accuracy'))),
    el('tbody', {}, rows.map(([name, clean, robust]) => el('tr', {},
      el('th', { scope: 'row' }, name),
      cell(clean),
      cell(robust))))));
}

function imported(start) {
  const verdict = start.verified == null ? '' : start.verified ? ' Verified: ' : ' UNVERIFIED: ';
  return `Started from ${start.layout}.${verdict}${start.reason ?? ''}`;
}

function evaluation({ classifier, corruptions, certification }, dataset) {
  return el('div', {},
    el('details', {}, el('summary', {}, 'By class'),
      table(`Answers to the test split; expected calibration error ${classifier.calibrationError.toFixed(4)}, `
          + `negative log-likelihood ${classifier.negativeLogLikelihood.toFixed(4)}`,
        ['class', 'accuracy', 'images', 'most often taken for'],
        classifier.byClass.map((counts, label) => [
          dataset?.classes[label] ?? String(label),
          accuracy(counts),
          number(counts.total),
          mistaken(classifier.confusion[label], label, dataset),
        ]))),
    corruptions && el('details', {},
      el('summary', {}, `Corrupted test images: ${corruptions.meanPercent.toFixed(2)} % on average`),
      table('Accuracy by corruption and severity', ['corruption', 'severity', 'accuracy'],
        corruptions.cells.map((one) => [one.corruption, String(one.severity), accuracy(one.accuracy)]))),
    certification && el('details', {},
      el('summary', {}, `Certified by smoothing: ${accuracy(certification.smoothed)} right and certain`),
      table(`Certified accuracy; ${number(certification.abstained)} images without an answer`,
        ['L2 radius', 'accuracy'],
        certification.certified.map((at) => [String(at.radius), accuracy(at.accuracy)]))));
}

function mistaken(row, label, dataset) {
  const others = row.map((count, other) => other === label ? 0 : count);
  const most = Math.max(...others);
  const other = others.indexOf(most);
  return most === 0 ? '–' : `${dataset?.classes[other] ?? other} (${number(most)})`;
}

function cell(counts) {
  return el('td', { class: 'number', title: counts && `${counts.correct} of ${counts.total}` }, accuracy(counts));
}

// ---- RiFT

function refinement(rift, recipe) {
  const chosenOn = recipe.chosenOn === 'test' ? 'test split' : 'held-out split';
  return el('section', { 'aria-labelledby': 'refinement-title' },
    el('h3', { id: 'refinement-title' }, 'Refined by RiFT'),
    rift.notes.length > 0 && el('div', { class: 'caution' },
      el('strong', {}, 'To know first'), el('ul', {}, rift.notes.map((note) => el('li', {}, note)))),
    beforeAndAfter(rift),
    facts([
      ['refined', rift.modules.length > 0 ? rift.modules.join(', ') : 'running statistics alone'],
      ['why', rift.moduleReason],
      ['α', `${decimal(rift.alpha)}: ${rift.alphaReason}`],
      ['took', `${duration(rift.deviceSeconds)} on ${rift.device}, all tasks together`],
    ]),
    rift.document && el('p', {},
      el('a', { href: address(rift.document), target: '_blank', rel: 'noopener' }, 'Full report'),
      ' with every curve, parameter and digest, on a page of its own'),
    rift.ranking.length > 0 && ranking(rift),
    interpolation(rift, chosenOn),
    rift.epochs.length > 0 && epochs(rift, chosenOn));
}

const CHANGES = [
  ['clean', 'clean', (figures) => accuracy(figures.clean)],
  ['robust', 'robust', (figures) => accuracy(figures.robust)],
  ['AutoAttack', 'autoAttack', (figures) => accuracy(figures.autoAttack.robust)],
  ['corrupted, mean', 'corruptions', (figures) => `${figures.corruptions.meanPercent.toFixed(2)} %`],
];

function beforeAndAfter({ before, after, change }) {
  return el('div', {},
    table('Test split, measured once before and once after; differences in points, with one standard error',
      ['accuracy', 'before', 'after', 'change', 'reading'],
      CHANGES.filter(([, key]) => change[key] != null).map(([name, key, figure]) => [
        name, figure(before), figure(after), difference(change[key]), reading(change[key])])),
    before.corruptions && after.corruptions && el('details', {},
      el('summary', {}, 'Corruption by corruption'),
      table('Accuracy by corruption and severity', ['corruption', 'severity', 'before', 'after', 'change in points'],
        before.corruptions.cells.map((cell) => {
          const then = after.corruptions.cells
            .find((other) => other.corruption === cell.corruption && other.severity === cell.severity);
          return [cell.corruption.replaceAll('_', ' '), String(cell.severity), accuracy(cell.accuracy),
            accuracy(then?.accuracy), then ? signed(then.accuracy.percent - cell.accuracy.percent) : '–'];
        }))));
}

/** Below two standard errors, other images of the same kind could have said the opposite. */
function reading({ points, standardError }) {
  if (points === 0 && standardError === 0) return 'unchanged';
  if (Math.abs(points) < 2 * standardError) return 'within noise';
  return points > 0 ? 'a gain beyond noise' : 'a loss beyond noise';
}

const signed = (points) => {
  const text = Math.abs(points).toFixed(2);
  return text === '0.00' ? text : `${points > 0 ? '+' : '−'}${text}`;
};

const difference = ({ points, standardError }) => `${signed(points)} ± ${standardError.toFixed(2)}`;

/** 0.1 + 0.2 is 0.3. */
const decimal = (value) => String(Number(value.toFixed(6)));

function ranking(rift) {
  const rowHeight = 20;
  const nameWidth = 170;
  const width = 640;
  const refined = new Set(rift.modules);
  const chosen = (entry) => (refined.has(entry.module) ? 'chosen' : null);
  const largest = Math.max(...rift.ranking.map((entry) => entry.mrc), Number.MIN_VALUE);
  const rows = rift.ranking.map((entry, i) => {
    const length = Math.max(1, (width - nameWidth - 90) * entry.mrc / largest);
    return svg('g', { class: chosen(entry), transform: `translate(0 ${i * rowHeight})` },
      svg('text', { x: nameWidth - 8, y: 14, 'text-anchor': 'end' }, entry.module),
      svg('rect', { x: nameWidth, y: 3, width: length, height: rowHeight - 6 }),
      svg('text', { x: nameWidth + length + 6, y: 14 }, entry.mrc.toPrecision(3)));
  });
  return el('div', {},
    el('h4', {}, 'Module robust criticality, lowest first'),
    el('div', { class: 'scroll' }, svg('svg', {
      class: 'ranking',
      viewBox: `0 0 ${width} ${rift.ranking.length * rowHeight}`,
      role: 'img',
      'aria-label': `Bars of ${rift.ranking.length} modules; the lowest is ${rift.ranking[0].module}. `
        + 'The table below has the figures.',
    }, ...rows)),
    el('details', {}, el('summary', {}, 'As a table'), el('div', { class: 'scroll' }, el('table', {},
      el('caption', { class: 'unseen' }, 'Criticality of every module'),
      el('thead', {}, el('tr', {},
        el('th', { scope: 'col' }, 'module'),
        el('th', { scope: 'col', class: 'number' }, 'criticality'),
        el('th', { scope: 'col', class: 'number' }, 'robust accuracy drop (points)'),
        el('th', { scope: 'col', class: 'number' }, 'weights'))),
      el('tbody', {}, rift.ranking.map((entry) => el('tr', { class: chosen(entry) },
        el('th', { scope: 'row' }, chosen(entry) ? `${entry.module} (refined)` : entry.module),
        el('td', { class: 'number' }, entry.mrc.toPrecision(3)),
        el('td', { class: 'number' }, number(entry.robustAccuracyDrop)),
        el('td', { class: 'number' }, number(entry.parameters)))))))));
}

function interpolation(rift, chosenOn) {
  return rift.path.length > 0 && el('div', {},
    el('h4', {}, `Between trained (α = 0) and fine-tuned (α = 1), on the ${chosenOn}`),
    marking(`Accuracy on the ${chosenOn} by α; changes from α = 0 in points, with one standard error`,
      ['α', 'clean', 'change', 'robust', 'change'],
      rift.path.map((point) => ({
        chosen: point.alpha === rift.alpha,
        name: decimal(point.alpha),
        cells: [cell(point.clean), figure(difference(point.cleanChange)),
          cell(point.robust), figure(difference(point.robustChange))],
      }))));
}

function epochs(rift, chosenOn) {
  return el('details', {},
    el('summary', {}, `Fine-tuning, ${rift.epochs.length} epochs`),
    marking(`Epochs of fine-tuning; clean accuracy on the ${chosenOn}`, ['epoch', 'loss', 'clean accuracy'],
      rift.epochs.map((epoch) => ({
        chosen: epoch.epoch === rift.chosenEpoch,
        name: String(epoch.epoch),
        cells: [figure(epoch.loss.toPrecision(3)), cell(epoch.clean)],
      }))));
}

const figure = (text) => el('td', { class: 'number' }, text);

/** A table of figures with the chosen row marked. */
function marking(caption, columns, rows) {
  return el('div', { class: 'scroll' }, el('table', {},
    el('caption', { class: 'unseen' }, caption),
    el('thead', {}, el('tr', {}, columns.map((column) => el('th', { scope: 'col', class: 'number' }, column)))),
    el('tbody', {}, rows.map(({ chosen, name, cells }) => el('tr', { class: chosen ? 'chosen' : null },
      el('th', { scope: 'row', class: 'number' }, chosen ? `${name} (chosen)` : name),
      cells)))));
}
