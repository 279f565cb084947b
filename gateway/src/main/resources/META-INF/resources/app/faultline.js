import { cancelJob, followJob, listJobs, listPresets, submitJob, uploadCheckpoint, uploadDataset } from './api.js';
import { el, refusal } from './elements.js';
import { ended, failure, progressBar, result, sentence, stages } from './job.js';
import { presetGroups } from './presets.js';

const LIST_EVERY_MS = 3000;
const $ = (id) => document.getElementById(id);
const when = new Intl.DateTimeFormat(undefined, { dateStyle: 'short', timeStyle: 'medium' });

// ---- submit

let presets = [];
let uploaded = null;
let uploadedWeights = null;

/** With the uploads' ids, in a recipe that needs them. */
function onUpload(recipe) {
  const complete = { ...recipe };
  if (uploaded != null && recipe.dataset?.source === 'uploaded') {
    complete.dataset = { ...recipe.dataset, artifact: uploaded };
  }
  if (uploadedWeights != null && recipe.training?.start != null) {
    complete.training = { ...recipe.training, start: { ...recipe.training.start, checkpoint: uploadedWeights } };
  }
  return complete;
}

function writeRecipe(recipe) {
  $('recipe').value = JSON.stringify(recipe, null, 2);
  showRefinement();
}

function usePreset() {
  const preset = presets[$('preset').value];
  writeRecipe(onUpload(preset.recipe));
  $('preset-source').textContent = preset.source == null ? '' : `Where k and p_b are from: ${preset.source}.`;
}

async function offerPresets() {
  const groups = presetGroups((await listPresets()).poison);
  presets = groups.flatMap((group) => group.presets);
  $('preset').replaceChildren(...groups.map((group) => el('optgroup', { label: group.label },
    group.presets.map((preset) => el('option', { value: presets.indexOf(preset) }, preset.title)))));
  usePreset();
}

$('preset').addEventListener('change', usePreset);
during(null, $('submit-outcome'), offerPresets);

// sent again after a lost answer, the same text with the same key is the same job
let attempt = null;

function keyFor(recipe) {
  if (attempt?.recipe !== recipe) {
    const bytes = crypto.getRandomValues(new Uint8Array(16));
    attempt = { recipe, key: `page-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}` };
  }
  return attempt.key;
}

$('submit').addEventListener('submit', async (event) => {
  event.preventDefault();
  const recipe = $('recipe').value;
  await during(event.submitter, $('submit-outcome'), async () => {
    const job = await submitJob(recipe, keyFor(recipe));
    attempt = null;
    location.hash = `job-${job.id}`;
    await showList();
  });
});

// ---- what is chosen most often of RiFT, beside the recipe's text

/** The recipe if it is JSON; null while it is being typed. */
function readRecipe() {
  try {
    return JSON.parse($('recipe').value);
  } catch {
    return null;
  }
}

function showRefinement() {
  const rift = readRecipe()?.rift;
  $('rift').hidden = rift == null;
  if (rift == null) return;
  $('rift-rule').value = rift.choice?.rule ?? (rift.choice?.modules?.length > 0 ? 'named' : 'lowest');
  $('rift-statistics').value = rift.fineTuning?.batchNorm ?? 'frozen';
}

function changeRefinement(change) {
  const recipe = readRecipe();
  if (recipe?.rift == null) return;
  change(recipe.rift);
  writeRecipe(recipe);
}

$('recipe').addEventListener('input', showRefinement);

$('rift-rule').addEventListener('change', () => changeRefinement((rift) => {
  const rule = $('rift-rule').value;
  // what belongs to another rule does not go with this one
  rift.choice = rule === 'named' ? { rule, modules: rift.choice?.modules ?? ['layer2.1.conv2'] } : { rule };
  if (rule === 'none') rift.fineTuning = { ...rift.fineTuning, batchNorm: 'moving' };
}));

$('rift-statistics').addEventListener('change', () => changeRefinement((rift) => {
  rift.fineTuning = { ...rift.fineTuning, batchNorm: $('rift-statistics').value };
}));

// ---- uploads

/** Puts what an upload was answered into the recipe, where it is JSON. */
function intoRecipe(outcome, id, change) {
  const recipe = readRecipe();
  if (recipe == null) {
    outcome.append(el('p', {}, `The recipe is no JSON; the upload is ${id}.`));
    return;
  }
  change(recipe);
  writeRecipe(recipe);
}

$('upload').addEventListener('submit', async (event) => {
  event.preventDefault();
  await during(event.submitter, $('upload-outcome'), async () => {
    const dataset = await uploadDataset($('archive').files[0]);
    $('upload-outcome').append(el('p', {},
      `Accepted: ${dataset.classes.length} classes, form ${dataset.form}. The recipe names it now.`));
    uploaded = dataset.artifact.id;
    intoRecipe($('upload-outcome'), uploaded, (recipe) => {
      // what the recipe says of an upload, such as its classes, is kept; what it says of the built-in images is not
      const kept = recipe.dataset?.source === 'uploaded' ? recipe.dataset : { source: 'uploaded' };
      recipe.dataset = { ...kept, artifact: uploaded };
    });
  });
});

$('upload-weights').addEventListener('submit', async (event) => {
  event.preventDefault();
  await during(event.submitter, $('upload-weights-outcome'), async () => {
    const checkpoint = await uploadCheckpoint($('weights').files[0]);
    $('upload-weights-outcome').append(el('p', {},
      `Accepted: form ${checkpoint.form}. The recipe starts from it now.`));
    uploadedWeights = checkpoint.artifact.id;
    intoRecipe($('upload-weights-outcome'), uploadedWeights, (recipe) => {
      recipe.training = { ...recipe.training, start: { ...recipe.training?.start, checkpoint: uploadedWeights } };
    });
  });
});

/** Runs an action of a button, shows what was refused. */
async function during(button, outcome, action) {
  outcome.replaceChildren();
  if (button) button.disabled = true;
  try {
    await action();
  } catch (failed) {
    outcome.replaceChildren(refusal(failed.problem ?? { title: 'The page failed', detail: String(failed) }));
  } finally {
    if (button) button.disabled = false;
  }
}

// ---- list

let older = [];
let next = null;

function row(job) {
  const selected = location.hash === `#job-${job.id}`;
  return el('tr', { class: selected ? 'chosen' : null },
    el('td', {}, el('a', { href: `#job-${job.id}`, 'aria-current': selected ? 'true' : null }, job.name)),
    el('td', {},
      el('span', { class: `state ${job.state}` }, job.state.toLowerCase()),
      job.suspect && el('span', { class: 'suspect' }, ' suspect')),
    el('td', {}, el('time', { datetime: job.submittedAt }, when.format(new Date(job.submittedAt)))));
}

async function showList() {
  try {
    const page = await listJobs($('state').value, null);
    if (older.length === 0) next = page.next;
    const newest = new Set(page.jobs.map((job) => job.id));
    const all = [...page.jobs, ...older.filter((job) => !newest.has(job.id))];
    const focused = document.activeElement?.getAttribute('href');
    $('job-rows').replaceChildren(...(all.length > 0
      ? all.map(row)
      : [el('tr', {}, el('td', { colspan: 3 }, 'No job yet.'))]));
    if (focused?.startsWith('#job-')) $('job-rows').querySelector(`a[href="${focused}"]`)?.focus();
    $('older').hidden = next == null;
    if ($('jobs-trouble').textContent !== '') $('jobs-trouble').textContent = '';
  } catch (failed) {
    $('jobs-trouble').textContent = `The list is old: ${failed.message}`;
  }
}

$('older').addEventListener('click', async () => {
  const page = await listJobs($('state').value, next);
  older = [...older, ...page.jobs];
  next = page.next;
  await showList();
});

$('state').addEventListener('change', () => {
  older = [];
  showList();
});

setInterval(() => { if (!document.hidden) showList(); }, LIST_EVERY_MS);
document.addEventListener('visibilitychange', () => { if (!document.hidden) showList(); });

// ---- one job

let unfollow = () => {};

function show(job, bar) {
  document.title = `${job.name} – Faultline`;
  $('job-title').textContent = job.name;
  $('job-state').textContent = sentence(job);
  if (!ended(job)) bar.show(job.progress);
  $('job-body').replaceChildren(...[
    stages(job),
    ended(job) ? null : bar.element,
    ended(job) ? null : cancelButton(job),
    job.failure && failure(job.failure),
    job.result && result(job.result),
    el('details', {}, el('summary', {}, 'Recipe, with every default'), el('pre', { tabindex: 0 }, JSON.stringify(job.recipe, null, 2))),
    el('p', { class: 'hint' }, `Job ${job.id}, submitted ${when.format(new Date(job.submittedAt))}. `,
      el('a', { href: `/api/v1/jobs/${job.id}` }, 'As JSON')),
  ].filter(Boolean));
}

function cancelButton(job) {
  const outcome = el('div', { role: 'alert' });
  const button = el('button', { type: 'button', class: 'plain' }, 'Cancel this job');
  button.addEventListener('click', () => during(button, outcome, () => cancelJob(job.id)));
  return el('div', {}, button, outcome);
}

function select() {
  unfollow();
  unfollow = () => {};
  const id = location.hash.startsWith('#job-') ? location.hash.slice('#job-'.length) : null;
  $('job').hidden = id == null;
  document.title = 'Faultline';
  if (id == null) return;
  $('job-title').textContent = 'Job';
  $('job-state').textContent = 'Asking the gateway…';
  $('job-body').replaceChildren();
  const bar = progressBar();
  unfollow = followJob(id, {
    onSnapshot: (job) => { show(job, bar); showList(); },
    onProgress: (progress) => bar.show(progress),
    onTrouble: (gone) => {
      $('job-state').textContent = gone
        ? 'There is no such job, or the gateway refused to tell.'
        : 'The connection is lost; trying again.';
    },
  });
  $('job').scrollIntoView({ block: 'nearest' });
}

addEventListener('hashchange', () => { select(); showList(); $('job-title').focus({ preventScroll: true }); });
select();
showList();
