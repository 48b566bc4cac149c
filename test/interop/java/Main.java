import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.apache.commons.lang3.tuple.Pair;
import org.apache.pegasus.client.CheckAndSetOptions;
import org.apache.pegasus.client.CheckType;
import org.apache.pegasus.client.ClientOptions;
import org.apache.pegasus.client.DelRangeOptions;
import org.apache.pegasus.client.MultiGetOptions;
import org.apache.pegasus.client.PException;
import org.apache.pegasus.client.PegasusAdminClientFactory;
import org.apache.pegasus.client.PegasusClientFactory;
import org.apache.pegasus.client.PegasusClientInterface;
import org.apache.pegasus.client.PegasusScannerInterface;
import org.apache.pegasus.client.ScanOptions;

/**
 * Drives a cluster with the Java client and stops at the first thing that is not as it should be.
 *
 * <p>Usage: Main META,META... TABLE. Where the cluster has to be changed from outside it prints a line that begins with
 * "now: ", and goes on when a line comes in.
 */
public final class Main {
  private static final Map<String, String> VALUES = Map.of("a", "1", "b", "2", "c", "3", "d", "4");
  private static final int HASH_KEYS = 8;
  private static final int FAILOVER_ATTEMPTS = 60;
  private static final BufferedReader INPUT = new BufferedReader(new InputStreamReader(System.in));

  private final PegasusClientInterface client;
  private final String table;

  private Main(PegasusClientInterface client, String table) {
    this.client = client;
    this.table = table;
  }

  public static void main(String[] words) throws Exception {
    String table = words[1];
    ClientOptions options =
        ClientOptions.builder()
            .metaServers(words[0])
            .operationTimeout(Duration.ofSeconds(5))
            // They look for an address of this machine that others reach.
            .enablePerfCounter(false)
            .build();
    createTable(options, table);
    PegasusClientInterface client = PegasusClientFactory.createClient(options);
    Main main = new Main(client, table);
    main.singleRecords();
    main.severalRecords();
    main.atomicOperations();
    main.scans();
    change("kill a replica server");
    main.workThroughFailover();
    change("start it again");
    main.workThroughFailover();
    client.close();
    System.out.println("done");
    System.exit(0);
  }

  private static void createTable(ClientOptions options, String table) throws Exception {
    var admin = PegasusAdminClientFactory.createClient(options);
    admin.createApp(table, 4, 3, new HashMap<>(), 60_000);
    admin.close();
  }

  private void singleRecords() throws Exception {
    client.set(table, bytes("h"), bytes("s"), bytes("value"));
    want(text(client.get(table, bytes("h"), bytes("s"))), "value", "get");
    want(client.ttl(table, bytes("h"), bytes("s")), -1, "ttl of what never expires");
    want(client.exist(table, bytes("h"), bytes("nosuch")), false, "exist");
    want(client.get(table, bytes("h"), bytes("nosuch")), null, "get of what is not there");
    client.set(table, bytes("h"), bytes("t"), bytes("value"), 1000);
    int seconds = client.ttl(table, bytes("h"), bytes("t"));
    want(990 < seconds && seconds <= 1000, true, "ttl");
    client.del(table, bytes("h"), bytes("s"));
    want(client.get(table, bytes("h"), bytes("s")), null, "get of what was removed");
    System.out.println("single records");
  }

  private void severalRecords() throws Exception {
    byte[] hashKey = bytes("multi");
    client.multiSet(table, hashKey, records());
    want(client.sortKeyCount(table, hashKey), 4L, "sortKeyCount");
    List<Pair<byte[], byte[]>> found = new ArrayList<>();
    client.multiGet(table, hashKey, List.of(bytes("a"), bytes("c"), bytes("x")), found);
    want(texts(found), Map.of("a", "1", "c", "3"), "multiGet");
    found.clear();
    want(client.multiGet(table, hashKey, new ArrayList<>(), 2, -1, found), false, "multiGet of 2, whole");
    want(texts(found), Map.of("a", "1", "b", "2"), "multiGet of 2");
    found.clear();
    client.multiGet(table, hashKey, bytes("b"), bytes("d"), new MultiGetOptions(), found);
    want(texts(found), Map.of("b", "2", "c", "3"), "a range");
    client.multiDel(table, hashKey, List.of(bytes("a"), bytes("b")));
    want(client.sortKeyCount(table, hashKey), 2L, "sortKeyCount after multiDel");
    client.delRange(table, hashKey, bytes("c"), bytes("d"), new DelRangeOptions());
    want(client.sortKeyCount(table, hashKey), 1L, "sortKeyCount after delRange");
    System.out.println("several records of a hash key");
  }

  private void atomicOperations() throws Exception {
    byte[] hashKey = bytes("atomic");
    want(client.incr(table, hashKey, bytes("n"), 5), 5L, "incr");
    want(client.incr(table, hashKey, bytes("n"), -2), 3L, "incr again");
    var options = new CheckAndSetOptions();
    options.returnCheckValue = true;
    var taken =
        client.checkAndSet(
            table, hashKey, bytes("n"), CheckType.CT_VALUE_INT_EQUAL, bytes("3"), bytes("n"), bytes("7"), options);
    want(taken.isSetSucceed(), true, "checkAndSet");
    want(text(taken.getCheckValue()), "3", "the value that was checked");
    want(text(client.get(table, hashKey, bytes("n"))), "7", "the value that was set");
    System.out.println("atomic operations");
  }

  private void scans() throws Exception {
    for (int n = 0; n < HASH_KEYS; n++) client.multiSet(table, hashKey(n), records());
    ScanOptions options = new ScanOptions();
    options.batchSize = 2;
    Set<String> part = recordsOf(client.getScanner(table, hashKey(0), bytes("b"), bytes("d"), options));
    want(part, Set.of("user0 b 2", "user0 c 3"), "a scan of a hash key");
    Set<String> all = new HashSet<>();
    for (PegasusScannerInterface scanner : client.getUnorderedScanners(table, 3, options))
      all.addAll(recordsOf(scanner));
    want(all.stream().filter(record -> record.startsWith("user")).count(), 4L * HASH_KEYS, "a scan of the table");
    want(all.size(), 4 * HASH_KEYS + 3, "records in the table");
    System.out.println("scans");
  }

  /** The client asks for the primaries anew after errors that say so, and leaves some retries to us. */
  private void workThroughFailover() throws Exception {
    for (int n = 0; n < HASH_KEYS; n++) {
      for (int attempt = 0; !isWritten(n) && attempt < FAILOVER_ATTEMPTS; attempt++) Thread.sleep(500);
      want(text(client.get(table, hashKey(n), bytes("alive"))), "yes", "get of user" + n);
    }
    System.out.println("reads and writes");
  }

  private boolean isWritten(int n) {
    try {
      client.set(table, hashKey(n), bytes("alive"), bytes("yes"));
      return true;
    } catch (PException error) {
      return false;
    }
  }

  private static Set<String> recordsOf(PegasusScannerInterface scanner) throws PException {
    Set<String> found = new HashSet<>();
    for (var record = scanner.next(); record != null; record = scanner.next())
      found.add(
          text(record.getLeft().getLeft()) + " " + text(record.getLeft().getRight()) + " " + text(record.getRight()));
    scanner.close();
    return found;
  }

  private static List<Pair<byte[], byte[]>> records() {
    List<Pair<byte[], byte[]>> records = new ArrayList<>();
    VALUES.forEach((sortKey, value) -> records.add(Pair.of(bytes(sortKey), bytes(value))));
    return records;
  }

  private static Map<String, String> texts(List<Pair<byte[], byte[]>> records) {
    Map<String, String> texts = new HashMap<>();
    records.forEach(record -> texts.put(text(record.getLeft()), text(record.getRight())));
    return texts;
  }

  private static void change(String what) throws Exception {
    System.out.println("now: " + what);
    INPUT.readLine();
  }

  private static void want(Object got, Object wanted, String what) {
    if (Objects.equals(got, wanted)) return;
    System.err.println(what + ": " + got + ", not " + wanted);
    System.exit(1);
  }

  private static byte[] hashKey(int n) {
    return bytes("user" + n);
  }

  private static byte[] bytes(String text) {
    return text.getBytes();
  }

  private static String text(byte[] bytes) {
    return bytes == null ? null : new String(bytes);
  }
}
