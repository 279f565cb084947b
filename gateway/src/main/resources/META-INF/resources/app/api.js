/** A refusal of the gateway: an RFC 9457 problem document, or what the network said. */
export class Refusal extends Error {
  constructor(problem) {
    super(problem.detail ?? problem.title ?? 'the gateway did not answer');
    this.problem = problem;
  }
}

async function ask(path, options) {
  let answer;
  try {
    answer = await fetch(path, options);
  } catch (failure) {
    throw new Refusal({ title: 'The gateway does not answer', detail: String(failure.message), offline: true });
  }
  const json = (answer.headers.get('content-type') ?? '').includes('json');
  if (!answer.ok) {
    throw new Refusal(json ? await answer.json() : { title: answer.statusText, status: answer.status });
  }
  return answer.json();
}

export const listPresets = () => ask('/api/v1/presets');

export const listJobs = (state, after) => {
  const query = new URLSearchParams({ limit: '25' });
  if (state) query.set('state', state);
  if (after) query.set('after', after);
  return ask(`/api/v1/jobs?${query}`);
};

export const submitJob = (recipe, key) => ask('/api/v1/jobs', {
  method: 'POST',
  headers: { 'Content-Type': 'application/json', 'Idempotency-Key': key },
  body: recipe,
});

export const cancelJob = (id) => ask(`/api/v1/jobs/${id}`, { method: 'DELETE' });

const upload = (path, file) => ask(path, {
  method: 'POST',
  headers: { 'Content-Type': 'application/octet-stream' },
  body: file,
});

export const uploadDataset = (file) => upload('/api/v1/datasets', file);

export const uploadCheckpoint = (file) => upload('/api/v1/checkpoints', file);

/** Follows a job until it has ended. Returns what stops it. */
export function followJob(id, { onSnapshot, onProgress, onTrouble }) {
  const stream = new EventSource(`/api/v1/jobs/${id}/events`);
  stream.addEventListener('snapshot', (event) => {
    const job = JSON.parse(event.data);
    // a browser would connect again when the stream ends
    if (['COMPLETED', 'FAILED', 'CANCELLED'].includes(job.state)) stream.close();
    onSnapshot(job);
  });
  stream.addEventListener('progress', (event) => onProgress(JSON.parse(event.data)));
  stream.addEventListener('error', () => onTrouble(stream.readyState === EventSource.CLOSED));
  return () => stream.close();
}
