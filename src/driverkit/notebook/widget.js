// The page in its frame. Whatever moves in it is the page's own; here only ids go to and fro.
function render({ model, el }) {
  el.innerHTML = model.get("_tag");
  const frame = el.querySelector("iframe");
  let way = null, telling = false;
  // What came out of the frame is not said back to it: by then somebody may have picked more.
  const push = () => { if (!telling) way?.postMessage({ selected: model.get("selected") }); };
  // A front end may move the frame about, which loads the page anew: then it is asked anew.
  frame.addEventListener("load", () => {
    const channel = new MessageChannel();
    way?.close();
    way = channel.port1;
    way.onmessage = ({ data }) => {
      if (JSON.stringify(data.selected) === JSON.stringify(model.get("selected"))) return;
      telling = true;
      model.set("selected", data.selected);
      telling = false;
      model.save_changes();
    };
    frame.contentWindow.postMessage("driverkit", "*", [channel.port2]);
    push();
  });
  model.on("change:selected", push);
  return () => {
    model.off("change:selected", push);
    way?.close();
  };
}
export default { render };
