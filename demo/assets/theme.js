// A classic script in the head: the chosen theme is in force before anything is painted.
(() => {
  const theme = localStorage.getItem("theme");
  if (theme) document.documentElement.dataset.theme = theme;
})();
