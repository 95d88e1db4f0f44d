package format
import ("testing";"os";"cardstock/card")
func TestPic(t *testing.T){
 ts,_:=card.LoadTemplates()
 c:=ts.Get("model").New()
 for i:=range c.Sections{ for j:=range c.Sections[i].Fields{ f:=&c.Sections[i].Fields[j]
  if f.Kind==card.Line||f.Kind==card.Text||f.Kind==card.List||f.Kind==card.Number { if h:=ts.Get("model").Field(f.Key);h!=nil{f.Answer=h.Example} } } }
 set:=func(k,v string){f,_:=c.Field(k);f.Answer=v}
 set("version.date","2025-11-03"); set("intended_use.out_of_scope","")
 set("quantitative_analyses.metrics",card.TableAnswer(card.Rows{{"metric":"Accuracy","value":"0.947","slice":"all","lower":"0.939","upper":"0.955"},{"metric":"Recall","value":"0.884","slice":"Fitzpatrick V–VI","lower":"0.812","upper":"0.938"}}))
 set("caveats.limitations","# Heading\n\nText with **bold**, `code`, <b>html</b> and [a link](https://example.org/x) ![pic](https://e.org/a.png)\n- one\n- two\n\n| A very long column title | B | C | D | E | F |\n|---|--:|---|---|---|---|\n| long long cell content | 2 | something longer here | dddddddddddd | eeeeeeeeeeeeee | fffffffff |\n\n> quote\n\n```\ncode\n```\nשלום עולם, זה טקסט\n\nmixed English after")
 set("caveats.missing_groups","مرحبا بالعالم، هذا نص")
 h,err:=BySuffix(".html").Encode(ts,c); if err!=nil{t.Fatal(err)}
 os.WriteFile("/tmp/card.html",h,0644)
}
