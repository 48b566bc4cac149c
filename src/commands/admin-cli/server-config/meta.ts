import { serverConfig } from './of-role.ts';

export default serverConfig('meta');
