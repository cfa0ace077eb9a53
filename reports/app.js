(()=>{"use strict";
const $=s=>document.querySelector(s),root=document.documentElement;root.classList.add("js");
const body=$("#f-rows"),status=$("#f-status"),more=$("#f-more"),form=$("#filters"),pack=$("#findings-data"),PAGE=100,KEYS=["q","safe","sev","acc"];
let D=null,hits=[],shown=0,hay=null;
async function load(){if(D)return D;const raw=pack.content.textContent.trim();
 if(pack.dataset.enc==="gzip"){const b=Uint8Array.from(atob(raw),c=>c.charCodeAt(0));
  D=await new Response(new Blob([b]).stream().pipeThrough(new DecompressionStream("gzip"))).json()}else D=JSON.parse(raw);
 hay=D.resource.map((r,i)=>(r+" "+D.dict.control[D.control[i]]+" "+D.dict.account[D.account[i]]).toLowerCase());return D}
const cell=(tr,t,cls)=>{const td=document.createElement("td");if(cls)td.className=cls;td.textContent=t;tr.append(td);return td};
function row(i){const tr=document.createElement("tr"),c=D.control[i],a=document.createElement("a");
 a.href="#"+D.dict.anchor[c];a.textContent=D.dict.control[c];cell(tr,"","nw").append(a);cell(tr,D.dict.severity[c]);
 const r=document.createElement("code");r.textContent=D.resource[i];cell(tr,"").append(r);
 const k=document.createElement("code");k.textContent=D.dict.account[D.account[i]];cell(tr,"","nw").append(k);cell(tr,D.dict.region[D.region[i]],"nw");return tr}
function page(){const f=document.createDocumentFragment(),end=Math.min(shown+PAGE,hits.length);
 for(;shown<end;shown++)f.append(row(hits[shown]));body.append(f);
 status.textContent=`Showing ${shown.toLocaleString("en-GB")} of ${hits.length.toLocaleString("en-GB")} failing resources`;
 more.hidden=shown>=hits.length}
async function apply(){await load();const q=form.q.value.trim().toLowerCase(),s=form.safe.value,v=form.sev.value,a=form.acc.value;
 const p=new URLSearchParams([["q",q],["safe",s],["sev",v],["acc",a]].filter(x=>x[1]));
 history.replaceState(null,"",p.size?"#findings?"+p:"#findings");
 const ai=D.dict.account.indexOf(a);hits=[];
 for(let i=0;i<D.resource.length;i++){const c=D.control[i];
  if((!q||hay[i].includes(q))&&(!s||D.dict.control[c].startsWith(s))&&(!v||D.dict.severity[c]===v)&&(!a||D.account[i]===ai))hits.push(i)}
 body.replaceChildren();shown=0;page()}
if(form){let tm;form.addEventListener("input",()=>{clearTimeout(tm);tm=setTimeout(apply,120)});
 form.addEventListener("submit",e=>{e.preventDefault();apply()});
 more.addEventListener("click",()=>D?page():apply());more.hidden=body.rows.length<25;
 $("#f-clear").addEventListener("click",()=>{form.reset();apply()})}
function route(){const [id,qs]=location.hash.slice(1).split("?");
 if(id==="findings"&&qs&&form){const p=new URLSearchParams(qs);for(const k of KEYS)if(p.has(k))form[k].value=p.get(k);apply();$("#findings").scrollIntoView();return}
 const el=id&&document.getElementById(id);if(!el)return;let opened=false;
 for(let d=el.closest("details");d;d=d.parentElement.closest("details"))if(!d.open){d.open=true;opened=true}
 if(el.matches("tr.cap")){const d=el.nextElementSibling.querySelector("details");if(!d.open){d.open=true;opened=true}}
 if(opened)el.scrollIntoView()}
addEventListener("hashchange",route);route();
addEventListener("beforeprint",()=>document.querySelectorAll("details").forEach(d=>{d.dataset.was=d.open;d.open=true}));
addEventListener("afterprint",()=>document.querySelectorAll("details").forEach(d=>{d.open=d.dataset.was==="true"}));
})();
