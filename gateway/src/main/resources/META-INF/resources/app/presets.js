// What ./faultline demo runs: small enough for two CPU cores in minutes. The papers' sizes are the defaults.
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

export const presets = [
  {
    title: 'Clean ERM: an ordinary training',
    recipe: { name: 'clean ERM', dataset, training, seed: 1 },
  },
  {
    title: 'CUDA ERM: the same training on a protected set',
    recipe: { name: 'CUDA ERM', dataset, poison: { kernelSize: 3, blur: 0.3, fraction: 1 }, training, seed: 1 },
  },
  {
    title: 'CUDA with controls: was a model trained on it, and what would leaked pairs give away?',
    recipe: {
      name: 'CUDA with controls',
      dataset,
      poison: { kernelSize: 3, blur: 0.3, controls: ['own-filters', 'permuted-filters'], leakAudit: true },
      training,
      seed: 1,
    },
  },
  {
    title: 'Universal filter: the paper\'s control, which does not protect',
    recipe: { name: 'universal filter', dataset, poison: { kernelSize: 3, blur: 0.3, filters: 'universal' }, training, seed: 1 },
  },
  {
    title: 'Theory: a Gaussian mixture over a grid of filters',
    recipe: { name: 'Gaussian mixture', gaussianMixture: { dimension: 10 }, seed: 1 },
  },
  {
    title: 'AT + RiFT: adversarial training, then robust critical fine-tuning',
    recipe: {
      name: 'AT + RiFT',
      dataset,
      training: {
        ...training,
        objective: 'at',
        attack: { threatModel: 'linf', epsilon: '4/255', stepSize: '2/255', steps: 3 },
        evaluationAttack: { threatModel: 'linf', epsilon: '4/255', stepSize: '1/255', steps: 10 },
      },
      rift: { criticality: { rounds: 10, examples: 256 }, fineTuning: { epochs: 5 } },
      seed: 1,
    },
  },
];
