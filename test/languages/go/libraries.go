package main

import (
	"context"
	"database/sql"

	"github.com/go-playground/validator/v10"
	_ "github.com/go-sql-driver/mysql" // database/sql's driver for MySQL
	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib" // database/sql's driver for PostgreSQL
	pkgerrors "github.com/pkg/errors"
	"github.com/redis/go-redis/v9"
	"gopkg.in/yaml.v3"
)

type customer struct {
	Email string `validate:"required,email"`
	Age   int    `validate:"gte=18"`
}

// libraries are errors of third-party modules, again without any service outside of this process.
func libraries() []failure {
	return []failure{
		{"pgx-refused", logged, func(ctx context.Context) error {
			return discard(pgx.Connect(ctx, "postgres://orders@"+refused+"/orders"))
		}},
		{"sql-mysql-refused", logged, func(ctx context.Context) error {
			return withDatabase("mysql", "orders@tcp("+refused+")/orders", func(db *sql.DB) error { return db.PingContext(ctx) })
		}},
		{"sql-closed", logged, func(ctx context.Context) error {
			return withDatabase("pgx", "postgres://orders@"+refused+"/orders", func(db *sql.DB) error {
				_ = db.Close()
				return discard(db.QueryContext(ctx, "SELECT 1"))
			})
		}},
		{"redis-refused", logged, func(ctx context.Context) error {
			client := redis.NewClient(&redis.Options{Addr: refused, MaxRetries: -1})
			defer func() { _ = client.Close() }()
			return client.Get(ctx, "cart:7").Err()
		}},
		{"validator-invalid", logged, func(context.Context) error {
			return validator.New().Struct(customer{Email: "nobody", Age: 7})
		}},
		{"yaml-broken", logged, func(context.Context) error {
			return yaml.Unmarshal([]byte("rules: [a, b\nlimit: 3"), &map[string]any{})
		}},
		{"pkg-errors", logged, func(ctx context.Context) error {
			return pkgerrors.Wrap(discard(pgx.Connect(ctx, "postgres://orders@"+refused+"/orders")), "load order 7")
		}},
	}
}

func withDatabase(driver, source string, work func(*sql.DB) error) error {
	db, err := sql.Open(driver, source)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	return work(db)
}
