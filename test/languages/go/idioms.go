package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
)

// idioms are the ways in which Go programs wrap, join, recover and report errors.
func idioms() []failure {
	return []failure{
		{"wrapped", logged, loadPrices},
		{"wrapped-twice", logged, func(ctx context.Context) error {
			return fmt.Errorf("%w and %w", loadPrices(ctx), discard(os.Open("/srv/orders/stock.csv")))
		}},
		{"joined", logged, func(ctx context.Context) error {
			return errors.Join(loadPrices(ctx), discard(os.Open("/srv/orders/stock.csv")))
		}},
		{"plain-error", logged, func(context.Context) error { return errors.New("order 7 has no items") }},
		{"two-errors", twoErrors, dial},
		{"error-as-text", asText, dial},
		{"error-in-message", inMessage, dial},
		{"error-in-group", inGroup, dial},
		{"json-line", asJSON, dial},
		{"span-only", onSpan, dial},
		{"log-and-span", both, dial},
		{"wrapped-log-and-span", both, loadPrices},
		{"panic-stack", panicStack, priceOf},
		{"panic-nil-map", panicStack, func(context.Context) error {
			var prices map[string]int
			prices["7"] = 1
			return nil
		}},
		{"panic-stacktrace", panicStacktrace, priceOf},
		{"panic-elsewhere", panicElsewhere, priceOf},
		{"panic-in-message", panicInMessage, priceOf},
		{"panic-of-text", panicStack, func(context.Context) error { panic("prices are not loaded") }},
	}
}

func dial(context.Context) error { return discard(net.Dial("tcp", refused)) }

func loadPrices(context.Context) error {
	if _, err := os.Open("/srv/orders/prices.csv"); err != nil {
		return fmt.Errorf("cannot load prices: %w", err)
	}
	return nil
}

func priceOf(context.Context) error {
	prices := []int{3, 5}
	return fmt.Errorf("price is %d", prices[len(prices)+5])
}
