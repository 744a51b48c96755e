import { listSets, loadSet } from "/work/main/test/bench/judged-sets.ts";
import { buildIndex } from "/work/main/src/indexer/build-index.ts";
import { cutPage } from "/work/main/src/indexer/cut-page.ts";
import { loadStaticModel, staticSpace } from "/work/main/src/indexer/load-model.ts";
import { createRandomTable } from "/work/main/src/embed/static-model.ts";
import { adaptModel } from "/work/main/src/embed/adapt-model.ts";
import { Engine } from "/work/main/src/engine/engine.ts";
import { ndcg } from "/work/main/src/evaluation/metrics.ts";
const root="/work/shared/data/eval";
const [file,names,which="adapted"]=process.argv.slice(2);
const base=await loadStaticModel(file); const control=createRandomTable(base,1);
const sums:any={};
for (const s of listSets(root).filter(s=>names!.split(",").includes(s.name))) {
  const set=loadSet(root,s);
  const docs=set.documents.toSorted((a,b)=>a.path<b.path?-1:1);
  const passages=docs.flatMap(d=>cutPage(d,{}).passages);
  const qs=set.queries.length>400?set.queries.filter((_,i)=>i%Math.ceil(set.queries.length/400)===0):set.queries;
  let line=s.name.padEnd(24);
  for (const w of which.split(",")) {
    const t0=performance.now();
    const m=await (w==="plain"?base:w==="adapted"?adaptModel(base,passages):w==="random"?control:adaptModel(control,passages));
    const ta=performance.now()-t0;
    const sp=await staticSpace(m); const {files}=await buildIndex(set.documents,{space:{...sp,files:new Map()}});
    for(const [k,v] of sp.files) (files as Map<string,Uint8Array>).set(k,v);
    const be=await Engine.open(async n=>files.get(n)??Promise.reject(new Error(n)));
    for (const mode of ["keyword","semantic","hybrid"] as const) { if(mode==="keyword"&&w!==which.split(",")[0])continue;
      let g=0; for(const q of qs){const {hits}=await be.search(q.text,{mode,limit:10}); g+=ndcg(hits.map(h=>h.path),set.judgments.get(q.id)!);}
      g/=qs.length; line+=` ${w[0]}${w==="rand-adapted"?"a":""}.${mode[0]} ${g.toFixed(3)}`; (sums[w+" "+mode]??=[]).push(g); }
    line+=` (${(ta/1000).toFixed(1)}s)`;
  }
  console.log(line);
}
console.log(Object.entries(sums).map(([k,v]:any)=>k+" "+(v.reduce((a:number,b:number)=>a+b,0)/v.length).toFixed(4)).join("  "));
