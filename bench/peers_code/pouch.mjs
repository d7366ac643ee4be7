// Replicates one document per change between two databases in memory. Neither is signed or sealed.
import PouchDB from "pouchdb";
import memory from "pouchdb-adapter-memory";

PouchDB.plugin(memory);
const ops = Number(process.argv[2]);
const from = new PouchDB("from", { adapter: "memory" });
const to = new PouchDB("to", { adapter: "memory" });
const some = 1000;
for (let start = 0; start < ops; start += some) {
  const documents = [];
  for (let at = start; at < Math.min(ops, start + some); at += 1) {
    documents.push({ _id: `change-${at}`, field: `form.field_${at % 10}`, state: 0, source: 0, v: `words ${at}` });
  }
  await from.bulkDocs(documents);
}
const begin = performance.now();
await PouchDB.replicate(from, to, { batch_size: some });
const seconds = (performance.now() - begin) / 1000;
const arrived = (await to.info()).doc_count;
if (arrived !== ops) throw new Error(`${arrived} documents arrived`);
console.log(JSON.stringify({ docs_per_s: ops / seconds }));
