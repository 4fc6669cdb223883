// Command broker is a Kafka broker for tests: the protocol as brokers speak it, everything in memory. It says its address
// on a line of its own and ends with its standard input.
package main

import (
	"fmt"
	"io"
	"log"
	"os"

	"github.com/twmb/franz-go/pkg/kfake"
)

func main() {
	cluster, err := kfake.NewCluster(kfake.NumBrokers(1), kfake.SeedTopics(3, os.Args[1:]...))
	if err != nil {
		log.Fatalf("cannot start the broker: %v", err)
	}
	defer cluster.Close()
	fmt.Println(cluster.ListenAddrs()[0])
	if _, err := io.Copy(io.Discard, os.Stdin); err != nil {
		log.Printf("standard input: %v", err)
	}
}
