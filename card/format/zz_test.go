package format
import ("testing";"os";"cardstock/card")
func TestZZ(t *testing.T){
 ts,err:=card.LoadTemplates(); if err!=nil{t.Fatal(err)}
 for _,n:=range []string{"sample_answers","sample_download"}{
 data,_:=os.ReadFile("/work/shared/corpus/webcards/"+n+".json")
 r,err:=Read(ts,data); if err!=nil{t.Fatal(err)}
 t.Log(r.Format.Name,r.Recognised,r.Custom,r.Notes)
 for _,s:=range r.Card.Sections{ for _,f:=range s.Fields{ if f.Answered()||f.Custom {t.Logf("%s | %s | %q: %q",s.Key,f.Key,f.Label,f.Answer)}}}
 out,_:=BySuffix(".webcards.json").Encode(ts,r.Card)
 t.Log(string(out))
 h,err:=BySuffix(".html").Encode(ts,r.Card); if err!=nil{t.Fatal(err)}
 os.WriteFile("/tmp/"+n+".html",h,0644)
 }
}
