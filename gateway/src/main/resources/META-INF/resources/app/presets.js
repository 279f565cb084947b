// On the built-in images: what ./faultline demo runs, small enough for two CPU cores in minutes. The papers' sizes are the
// defaults.
const dataset = { source: 'synthetic', trainPerClass: 500, testPerClass: 200 };
const training = {
  architecture: 'resnet18',
  width: 8,
  objective: 'erm',
  epochs: 8,
  batchSize: 64,
  sgd: { learningRate: 0.05 },
  augmentation: { cropPadding: 0 },
};

// the built-in images are as large as CIFAR-10's
const BUILT_IN_LIKE = 'cifar-10';

// adversarial training, what RiFT starts from
const robust = {
  ...training,
  objective: 'at',
  attack: { threatModel: 'linf', epsilon: '4/255', stepSize: '2/255', steps: 3 },
  evaluationAttack: { threatModel: 'linf', epsilon: '4/255', stepSize: '1/255', steps: 10 },
};

const criticality = { rounds: 10, examples: 256 };
const fineTuning = { epochs: 5 };

const strength = ({ kernelSize, blur }) => ({ kernelSize, blur });

function builtIn(poison) {
  return [
    {
      title: 'Clean ERM: an ordinary training',
      recipe: { name: 'clean ERM', dataset, training, seed: 1 },
    },
    {
      title: 'CUDA ERM: the same training on a protected set',
      recipe: { name: 'CUDA ERM', dataset, poison: { ...poison, fraction: 1 }, training, seed: 1 },
    },
    {
      title: 'CUDA with controls: was a model trained on it, and what would leaked pairs give away?',
      recipe: {
        name: 'CUDA with controls',
        dataset,
        poison: { ...poison, controls: ['own-filters', 'permuted-filters'], leakAudit: true },
        training,
        seed: 1,
      },
    },
    {
      title: 'Universal filter: the paper\'s control, which does not protect',
      recipe: { name: 'universal filter', dataset, poison: { ...poison, filters: 'universal' }, training, seed: 1 },
    },
    {
      title: 'Theory: a Gaussian mixture over a grid of filters',
      recipe: { name: 'Gaussian mixture', gaussianMixture: { dimension: 10 }, seed: 1 },
    },
  ];
}

function refinements() {
  const job = (name, rift) => ({ name, dataset, training: robust, rift, seed: 1 });
  return [
    {
      title: 'AT + RiFT: adversarial training, then robust critical fine-tuning',
      recipe: job('AT + RiFT', { criticality, fineTuning }),
    },
    {
      title: 'AT + RiFT as the authors\' script: everything chosen on the test split, running statistics move',
      recipe: job('AT + RiFT, authors\' script', {
        criticality: { procedure: 'authors' },
        fineTuning: { batchNorm: 'moving' },
        interpolation: { refinements: 0 },
        chosenOn: 'test',
        testRestarts: 1,
      }),
    },
    {
      title: 'Ablation: all layers fine-tuned',
      recipe: job('RiFT ablation, all layers', { choice: { rule: 'all' }, fineTuning }),
    },
    {
      title: 'Ablation: running statistics alone',
      recipe: job('RiFT ablation, statistics alone', {
        choice: { rule: 'none' },
        fineTuning: { ...fineTuning, batchNorm: 'moving' },
      }),
    },
    {
      title: 'RiFT alone, from weights and a data set of yours',
      recipe: {
        name: 'RiFT alone',
        dataset: { source: 'uploaded', artifact: 'upload it below, and its id comes here' },
        training: {
          architecture: 'resnet18',
          start: { checkpoint: 'upload it below, and its id comes here' },
          epochs: 0,
        },
        rift: {},
        seed: 1,
      },
    },
  ];
}

/** Protects an upload of that data set as the preset says, and does no more. */
function ofUpload(preset) {
  const choice = preset.firstClasses == null ? {} : { firstClasses: preset.firstClasses };
  return {
    title: `${preset.title}: k = ${preset.kernelSize}, p_b = ${preset.blur}`,
    source: preset.source,
    recipe: {
      name: preset.name,
      dataset: { source: 'uploaded', artifact: 'upload it below, and its id comes here', ...choice },
      poison: strength(preset),
      seed: 1,
    },
  };
}

/**
 * What the page offers to start from.
 *
 * @param poison the API's presets
 */
export const presetGroups = (poison) => [
  {
    label: 'On the built-in images',
    presets: builtIn(strength(poison.find((preset) => preset.name === BUILT_IN_LIKE))),
  },
  { label: 'RiFT', presets: refinements() },
  { label: 'CUDA on a data set of yours', presets: poison.map(ofUpload) },
];
