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
    (training || rift) && accuracies(training, rift),
    training?.ownership && el('p', {}, training.ownership.text),
    training?.notes?.map((note) => el('p', {}, note)),
    training?.imported && el('p', {}, imported(training.imported)),
    training?.evaluation && evaluation(training.evaluation, dataset),
    rift && choice(rift),
    rift && ranking(rift),
    rift && interpolation(rift),
    theory && mixture(theory),
    dataset && images(dataset),
    el('h3', {}, 'Artifacts'),
    el('ul', {},
      dataset && artifact('data set', dataset.dataset),
      dataset?.controls.map((control) => artifact(`test images through ${control.control}`, control.dataset)),
      dataset?.pictures && artifact('pictures before and after', dataset.pictures),
      training && artifact('trained network', training.checkpoint),
      rift && artifact('criticality of every module', rift.criticality),
      rift && artifact('refined network', rift.checkpoint),
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

function artifact(name, reference) {
  return el('li', {},
    el('a', { href: `/api/v1/artifacts/${reference.id}`, download: true }, name),
    ` (${number(reference.size / 1e6)} MB)`);
}

function accuracies(training, rift) {
  const rows = [
    training && ['Trained network', training.testClean, training.testRobust],
    training?.evaluation?.autoAttack && [
      'Trained network under AutoAttack', training.evaluation.autoAttack.clean, training.evaluation.autoAttack.robust],
    ...(training?.controls ?? []).map((control) => [`Trained network, test images through ${control.control}`, control.accuracy]),
    rift && ['Before RiFT', rift.cleanBefore, rift.robustBefore],
    rift && ['After RiFT', rift.cleanAfter, rift.robustAfter],
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

function choice(rift) {
  return el('div', {},
    el('h3', {}, 'What RiFT chose'),
    facts([
      ['module', `${rift.module}: ${rift.moduleReason}`],
      ['α', `${rift.alpha}: ${rift.alphaReason}`],
    ]));
}

function ranking(rift) {
  const rowHeight = 20;
  const nameWidth = 170;
  const width = 640;
  const largest = Math.max(...rift.ranking.map((entry) => entry.mrc), Number.MIN_VALUE);
  const rows = rift.ranking.map((entry, i) => {
    const length = Math.max(1, (width - nameWidth - 90) * entry.mrc / largest);
    return svg('g', { class: entry.module === rift.module ? 'chosen' : null, transform: `translate(0 ${i * rowHeight})` },
      svg('text', { x: nameWidth - 8, y: 14, 'text-anchor': 'end' }, entry.module),
      svg('rect', { x: nameWidth, y: 3, width: length, height: rowHeight - 6 }),
      svg('text', { x: nameWidth + length + 6, y: 14 }, entry.mrc.toPrecision(3)));
  });
  const lowest = rift.ranking[0];
  return el('div', {},
    el('h3', {}, 'Module robust criticality, lowest first'),
    el('div', { class: 'scroll' }, svg('svg', {
      class: 'ranking',
      viewBox: `0 0 ${width} ${rift.ranking.length * rowHeight}`,
      role: 'img',
      'aria-label': `Bars of ${rift.ranking.length} modules; the lowest is ${lowest?.module}. The table below has the figures.`,
    }, ...rows)),
    el('details', {}, el('summary', {}, 'As a table'), el('div', { class: 'scroll' }, el('table', {},
      el('thead', {}, el('tr', {},
        el('th', { scope: 'col' }, 'module'),
        el('th', { scope: 'col', class: 'number' }, 'criticality'),
        el('th', { scope: 'col', class: 'number' }, 'robust accuracy drop (points)'),
        el('th', { scope: 'col', class: 'number' }, 'weights'))),
      el('tbody', {}, rift.ranking.map((entry) => el('tr', { class: entry.module === rift.module ? 'chosen' : null },
        el('th', { scope: 'row' }, entry.module),
        el('td', { class: 'number' }, entry.mrc.toPrecision(4)),
        el('td', { class: 'number' }, number(entry.robustAccuracyDrop)),
        el('td', { class: 'number' }, number(entry.parameters)))))))));
}

function interpolation(rift) {
  return el('div', {},
    el('h3', {}, 'Between trained (α = 0) and fine-tuned (α = 1), on the held-out split'),
    el('div', { class: 'scroll' }, el('table', {},
      el('thead', {}, el('tr', {},
        el('th', { scope: 'col', class: 'number' }, 'α'),
        el('th', { scope: 'col', class: 'number' }, 'clean accuracy'),
        el('th', { scope: 'col', class: 'number' }, 'robust accuracy'))),
      el('tbody', {}, rift.path.map((point) => el('tr', { class: point.alpha === rift.alpha ? 'chosen' : null },
        el('th', { scope: 'row', class: 'number' }, point.alpha === rift.alpha ? `${point.alpha} (chosen)` : String(point.alpha)),
        cell(point.clean),
        cell(point.robust)))))));
}
