// Drives a cluster with the published Go client and stops at the first thing that is not as it should be.
//
// Usage: interop META,META… TABLE REMOTE_CLUSTER. Where the cluster has to be changed from outside it prints a line
// that begins with "now: ", and goes on when a line comes in.
package main

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"strings"
	"time"

	"github.com/apache/incubator-pegasus/go-client/admin"
	idladmin "github.com/apache/incubator-pegasus/go-client/idl/admin"
	"github.com/apache/incubator-pegasus/go-client/pegasus"
	"github.com/apache/incubator-pegasus/go-client/session"
)

const callTimeout = 20 * time.Second

var stdin = bufio.NewScanner(os.Stdin)

func main() {
	metas, name, remote := strings.Split(os.Args[1], ","), os.Args[2], os.Args[3]
	step("tables are created and listed", func(ctx context.Context) { createTable(ctx, metas, name) })

	client := pegasus.NewClient(pegasus.Config{MetaServers: metas})
	var table pegasus.TableConnector
	step("a table is opened, one that is not there is not", func(ctx context.Context) {
		_, err := client.OpenTable(ctx, "nowhere")
		want(err != nil && strings.Contains(err.Error(), "ERR_OBJECT_NOT_FOUND"), "opening a missing table gave %v", err)
		opened, err := client.OpenTable(ctx, name)
		must(err)
		table = opened
	})
	step("single records", func(ctx context.Context) { singleRecords(ctx, table) })
	step("several records of a hash key", func(ctx context.Context) { severalRecords(ctx, table) })
	step("batches over partitions", func(ctx context.Context) { batches(ctx, table) })
	step("atomic operations", func(ctx context.Context) { atomicOperations(ctx, table) })
	step("scans", func(ctx context.Context) { scans(ctx, table) })

	change("kill a replica server")
	step("reads and writes while a server is dead", func(ctx context.Context) { workThroughFailover(ctx, table) })
	change("start it again")
	step("reads and writes afterwards", func(ctx context.Context) { workThroughFailover(ctx, table) })

	step("a duplication is added and listed", func(ctx context.Context) { duplicate(ctx, metas, name, remote) })
	must(client.Close())
	fmt.Println("done")
}

func createTable(ctx context.Context, metas []string, name string) {
	client := admin.NewClient(admin.Config{MetaServers: metas})
	must(client.CreateTable(ctx, name, 8))
	tables, err := client.ListTables(ctx)
	must(err)
	for _, table := range tables {
		if table.Name == name {
			return
		}
	}
	want(false, "%s is not among %d tables", name, len(tables))
}

func singleRecords(ctx context.Context, table pegasus.TableConnector) {
	hashKey, sortKey := []byte("user\x00\xff"), []byte("")
	must(table.Set(ctx, hashKey, sortKey, []byte("v1")))
	value, err := table.Get(ctx, hashKey, sortKey)
	must(err)
	want(string(value) == "v1", "got %q", value)

	must(table.SetTTL(ctx, hashKey, sortKey, []byte("v2"), 100*time.Second))
	ttl, err := table.TTL(ctx, hashKey, sortKey)
	must(err)
	want(ttl > 90 && ttl <= 100, "ttl is %d", ttl)

	must(table.Del(ctx, hashKey, sortKey))
	value, err = table.Get(ctx, hashKey, sortKey)
	must(err)
	want(value == nil, "got %q after del", value)
	ttl, err = table.TTL(ctx, hashKey, sortKey)
	must(err)
	want(ttl == -2, "ttl of nothing is %d", ttl)
}

func severalRecords(ctx context.Context, table pegasus.TableConnector) {
	hashKey := []byte("many")
	sortKeys, values := [][]byte{}, [][]byte{}
	for i := 0; i < 100; i++ {
		sortKeys = append(sortKeys, []byte(fmt.Sprintf("s%03d", i)))
		values = append(values, bytes.Repeat([]byte{byte(i)}, i))
	}
	must(table.MultiSet(ctx, hashKey, sortKeys, values))
	records, all, err := table.MultiGet(ctx, hashKey, nil)
	must(err)
	want(all && len(records) == 100, "%d records, all: %v", len(records), all)
	for i, record := range records {
		want(bytes.Equal(record.SortKey, sortKeys[i]) && bytes.Equal(record.Value, values[i]), "record %d is %v", i, record)
	}
	records, _, err = table.MultiGetRange(ctx, hashKey, []byte("s010"), []byte("s020"))
	must(err)
	want(len(records) == 10, "%d records of a range", len(records))

	count, err := table.SortKeyCount(ctx, hashKey)
	must(err)
	want(count == 100, "%d sort keys", count)
	must(table.MultiDel(ctx, hashKey, sortKeys[:50]))
	count, err = table.SortKeyCount(ctx, hashKey)
	must(err)
	want(count == 50, "%d sort keys are left", count)
}

func batches(ctx context.Context, table pegasus.TableConnector) {
	keys := []pegasus.CompositeKey{}
	for i := 0; i < 50; i++ {
		hashKey := []byte(fmt.Sprintf("batch%d", i))
		must(table.Set(ctx, hashKey, []byte("s"), hashKey))
		keys = append(keys, pegasus.CompositeKey{HashKey: hashKey, SortKey: []byte("s")})
	}
	values, err := table.BatchGet(ctx, keys)
	must(err)
	for i, value := range values {
		want(bytes.Equal(value, keys[i].HashKey), "value %d is %q", i, value)
	}
}

func atomicOperations(ctx context.Context, table pegasus.TableConnector) {
	hashKey, sortKey := []byte("atomic"), []byte("n")
	for sum := int64(5); sum <= 15; sum += 5 {
		value, err := table.Incr(ctx, hashKey, sortKey, 5)
		must(err)
		want(value == sum, "incr gave %d, not %d", value, sum)
	}
	options := &pegasus.CheckAndSetOptions{ReturnCheckValue: true}
	result, err := table.CheckAndSet(ctx, hashKey, sortKey, pegasus.CheckTypeIntGreater, []byte("10"), []byte("set"), []byte("yes"), options)
	must(err)
	want(result.SetSucceed && string(result.CheckValue) == "15", "check_and_set gave %+v", result)
	result, err = table.CheckAndSet(ctx, hashKey, sortKey, pegasus.CheckTypeValueNotExist, nil, []byte("set"), []byte("no"), options)
	must(err)
	want(!result.SetSucceed, "check_and_set gave %+v", result)
}

func scans(ctx context.Context, table pegasus.TableConnector) {
	const hashKeys, each = 40, 25
	for i := 0; i < hashKeys; i++ {
		sortKeys, values := [][]byte{}, [][]byte{}
		for j := 0; j < each; j++ {
			sortKeys, values = append(sortKeys, []byte(fmt.Sprintf("%02d", j))), append(values, []byte("v"))
		}
		must(table.MultiSet(ctx, []byte(fmt.Sprintf("scan%02d", i)), sortKeys, values))
	}
	options := pegasus.NewScanOptions()
	options.BatchSize = 7
	scanner, err := table.GetScanner(ctx, []byte("scan07"), []byte("05"), []byte("15"), options)
	must(err)
	want(countOf(ctx, scanner) == 10, "a range of one hash key")

	options.HashKeyFilter = pegasus.Filter{Type: pegasus.FilterTypeMatchPrefix, Pattern: []byte("scan")}
	scanners, err := table.GetUnorderedScanners(ctx, 3, options)
	must(err)
	total := 0
	for _, one := range scanners {
		total += countOf(ctx, one)
	}
	want(total == hashKeys*each, "%d records scanned", total)
}

func countOf(ctx context.Context, scanner pegasus.Scanner) int {
	defer scanner.Close()
	for count := 0; ; count++ {
		completed, _, _, _, err := scanner.Next(ctx)
		must(err)
		if completed {
			return count
		}
	}
}

// A server that dies or comes back costs a client some errors until it has found the new primaries, and no data.
func workThroughFailover(ctx context.Context, table pegasus.TableConnector) {
	for i := 0; i < 64; i++ {
		hashKey := []byte(fmt.Sprintf("failover%d", i))
		untilItWorks(ctx, func(ctx context.Context) error { return table.Set(ctx, hashKey, []byte("s"), hashKey) })
		untilItWorks(ctx, func(ctx context.Context) error {
			value, err := table.Get(ctx, hashKey, []byte("s"))
			want(err != nil || bytes.Equal(value, hashKey), "%s holds %q", hashKey, value)
			return err
		})
	}
}

func untilItWorks(ctx context.Context, attempt func(context.Context) error) {
	for {
		short, cancel := context.WithTimeout(ctx, 2*time.Second)
		err := attempt(short)
		cancel()
		if err == nil {
			return
		}
		if ctx.Err() != nil {
			must(err)
		}
		// As upstream's own clients do before they try once more.
		time.Sleep(50 * time.Millisecond)
	}
}

func duplicate(ctx context.Context, metas []string, name string, remote string) {
	meta := session.NewMetaManager(metas, session.NewNodeSession)
	defer meta.Close()
	request := &idladmin.DuplicationAddRequest{AppName: name, RemoteClusterName: remote}
	added, err := meta.AddDuplication(ctx, request)
	must(err)
	want(added.Err.Errno == "ERR_OK", "add_duplication gave %s", added.Err.Errno)
	found, err := meta.QueryDuplication(ctx, &idladmin.DuplicationQueryRequest{AppName: name})
	must(err)
	want(len(found.EntryList) == 1 && found.EntryList[0].Remote == remote, "query_duplication gave %v", found.EntryList)
}

func step(what string, run func(context.Context)) {
	ctx, cancel := context.WithTimeout(context.Background(), 3*callTimeout)
	defer cancel()
	run(ctx)
	fmt.Println("ok:", what)
}

func change(what string) {
	fmt.Println("now:", what)
	if !stdin.Scan() {
		want(false, "nobody said that it is done")
	}
}

func must(err error) {
	want(err == nil, "%v", err)
}

func want(condition bool, format string, values ...interface{}) {
	if !condition {
		panic(fmt.Sprintf(format, values...))
	}
}
