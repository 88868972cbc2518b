// Writes ../sumdb.json: what golang.org/x/mod's sumdb packages, which share no code with us, make of a small log.
// Run by hand: GO111MODULE=off GOPATH=/usr/share/gocode go run main.go > ../sumdb.json (Debian: golang-golang-x-mod-dev).
package main

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const leaves = 2100

type hashes []tlog.Hash

func (h hashes) ReadHashes(indexes []int64) ([]tlog.Hash, error) {
	out := make([]tlog.Hash, len(indexes))
	for i, x := range indexes {
		out[i] = h[x]
	}
	return out, nil
}

func check(err error) {
	if err != nil {
		panic(err)
	}
}

func list(proof []tlog.Hash) []string {
	out := []string{}
	for _, h := range proof {
		out = append(out, hex.EncodeToString(h[:]))
	}
	return out
}

func main() {
	var stored hashes
	for i := int64(0); i < leaves; i++ {
		added, err := tlog.StoredHashes(i, []byte(fmt.Sprintf("entry %d", i)), stored)
		check(err)
		stored = append(stored, added...)
	}
	root := func(size int64) tlog.Hash {
		h, err := tlog.TreeHash(size, stored)
		check(err)
		return h
	}
	out := map[string]any{"source": "golang.org/x/mod/sumdb v0.7.0, by sumdb/main.go", "leaves": leaves}
	roots := map[string]string{}
	inclusion := []any{}
	consistency := []any{}
	sizes := []int64{1, 2, 3, 7, 8, 9, 255, 256, 257, 511, 512, 513, 1000, 2047, 2048, 2049, 2100}
	for _, size := range sizes {
		h := root(size)
		roots[fmt.Sprint(size)] = hex.EncodeToString(h[:])
		for _, index := range []int64{0, size / 3, size / 2, size - 1} {
			proof, err := tlog.ProveRecord(size, index, stored)
			check(err)
			inclusion = append(inclusion, map[string]any{"index": index, "size": size, "hashes": list(proof)})
		}
		for _, from := range sizes {
			if from > size {
				continue
			}
			proof, err := tlog.ProveTree(size, from, stored)
			check(err)
			consistency = append(consistency, map[string]any{"from": from, "to": size, "hashes": list(proof)})
		}
	}
	tiles := map[string]string{}
	for _, tile := range tlog.NewTiles(8, 0, leaves) {
		data, err := tlog.ReadTileData(tile, stored)
		check(err)
		sum := sha256.Sum256(data)
		// sumdb writes tile/8/L/N; tlog-tiles writes tile/L/N.
		tiles[tile.Path()[len("tile/8/"):]] = hex.EncodeToString(sum[:])
	}
	seed := sha256.Sum256([]byte("a seed for tests"))
	public := ed25519.NewKeyFromSeed(seed[:]).Public().(ed25519.PublicKey)
	vkey, err := note.NewEd25519VerifierKey("example.org/ledger", public)
	check(err)
	verifier, err := note.NewVerifier(vkey)
	check(err)
	skey := fmt.Sprintf("PRIVATE+KEY+example.org/ledger+%08x+%s", verifier.KeyHash(), base64.StdEncoding.EncodeToString(append([]byte{1}, seed[:]...)))
	signer, err := note.NewSigner(skey)
	check(err)
	h := root(leaves)
	text := fmt.Sprintf("example.org/ledger\n%d\n%s\n", leaves, base64.StdEncoding.EncodeToString(h[:]))
	signed, err := note.Sign(&note.Note{Text: text}, signer)
	check(err)
	out["roots"], out["inclusion"], out["consistency"], out["tiles"] = roots, inclusion, consistency, tiles
	out["checkpoint"] = map[string]string{"skey": skey, "vkey": vkey, "note": string(signed)}
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetIndent("", " ")
	check(encoder.Encode(out))
}
