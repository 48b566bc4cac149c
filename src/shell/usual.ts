/**
 * What nearly every command line needs, and the commands that are typed most. The build makes one chunk of it, so that a
 * short command reads one file and not fifty.
 */
import './connect.ts';
import './main.ts';
import './script/lines.ts';
import './script/run-script.ts';
import '../commands/admin-cli/duplication/list.ts';
import '../commands/admin-cli/list-tables.ts';
import '../commands/admin-cli/use.ts';
import '../commands/cpp-shell/data_operations/get.ts';
import '../commands/cpp-shell/data_operations/set.ts';
import '../commands/cpp-shell/duplication/query_dup.ts';
import '../commands/cpp-shell/table_management/ls.ts';
import '../host/node-host.ts';
import '../rpc/transport/local.ts';
import '../rpc/transport/served-at.ts';
import '../rpc/transport/workspace-clusters.ts';
