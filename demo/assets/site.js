const { documentElement: root } = document;

document.querySelector(".theme-toggle").addEventListener("click", () => {
  const dark = root.dataset.theme ? root.dataset.theme === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  root.dataset.theme = dark ? "light" : "dark";
  localStorage.setItem("theme", root.dataset.theme);
});

// The example queries are links to ?q=…, which work by themselves; answering at once saves the reload.
document.querySelector(".examples")?.addEventListener("click", (event) => {
  const link = event.target.closest("a");
  const element = document.querySelector("semantic-search");
  if (!link || !element?.search || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  element.search(new URL(link.href).searchParams.get("q"));
  element.focus();
});

markCurrentSection();

/** Mark the section in view among the links of “On this page”. */
function markCurrentSection() {
  const links = new Map([...document.querySelectorAll(".contents a")].map((link) => [link.hash.slice(1), link]));
  const observer = new IntersectionObserver(
    (entries) => {
      for (const { isIntersecting, target } of entries) {
        if (!isIntersecting) continue;
        for (const [id, link] of links) link.toggleAttribute("data-current", id === target.id);
      }
    },
    { rootMargin: "-80px 0px -70% 0px" },
  );
  for (const id of links.keys()) observer.observe(document.getElementById(id));
}
