export { ShopsError } from './errors.ts';
export { type Environment, openShop, platformProblem } from './open-shop.ts';
