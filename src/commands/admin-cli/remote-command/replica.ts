import { toServers } from './to-servers.ts';

export default toServers('replica');
