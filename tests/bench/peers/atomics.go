// SPDX-License-Identifier: BSL-1.0
//
// Go's sync/atomic: a counter, and the Value that atomic_value is after. Prints a line
//   NAME <tab> THREADS <tab> NANOSECONDS <tab> UTILISATION
package main

import (
	"fmt"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

type padded struct {
	_       [64]byte
	counter int64
	_       [64]byte
}

var shared padded
var value atomic.Value
var unexpected int64

func addCounter(times int) {
	for i := 0; i < times; i++ {
		atomic.AddInt64(&shared.counter, 1)
	}
}

func loadValue(times int) {
	wrong := 0
	for i := 0; i < times; i++ {
		if *value.Load().(*int) != 0 {
			wrong++
		}
	}
	if wrong != 0 {
		atomic.AddInt64(&unexpected, 1)
	}
}

func storeValue(times int) {
	for i := 0; i < times; i++ {
		value.Store(new(int))
	}
}

func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		return 0
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}

func measure(name string, threads int, times int, calls func(int)) {
	var ready, done sync.WaitGroup
	begin := make(chan struct{})
	ready.Add(threads)
	done.Add(threads)
	for i := 0; i < threads; i++ {
		go func() {
			calls(times/100 + 1)
			ready.Done()
			<-begin
			calls(times)
			done.Done()
		}()
	}
	ready.Wait()
	processor := processorTime()
	wall := time.Now()
	close(begin)
	done.Wait()
	taken := time.Since(wall)
	used := processorTime() - processor
	fmt.Printf("%s\t%d\t%.3f\t%.3f\n", name, threads, float64(taken.Nanoseconds())/float64(times),
		float64(used.Nanoseconds())/float64(taken.Nanoseconds())/float64(threads))
}

func main() {
	value.Store(new(int))
	for threads := 1; threads <= 2; threads++ {
		measure("Go atomic.AddInt64", threads, 2000000, addCounter)
		measure("Go atomic.Value load", threads, 10000000, loadValue)
	}
	measure("Go atomic.Value store", 1, 500000, storeValue)
	if unexpected != 0 {
		panic("a load returned what nobody stored")
	}
}
