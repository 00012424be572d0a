// Streamlit's own English words in Chinese (it has no translations). Only its own furniture is
// touched: exact phrases, in text nodes and labels, never inside what our pages or people wrote.
(function () {
  "use strict";
  if (!/^zh\b/i.test(document.documentElement.lang)) return;

  var WORDS = {
    "Upload": "选择文件",
    "Upload directories": "选择文件夹",
    "Add files": "添加文件",
    "Drag and drop a file here": "将文件拖到此处",
    "Drag and drop files here": "将文件拖到此处",
    "Drag and drop directories here": "将文件夹拖到此处",
    "Running...": "正在处理…",
    "Running": "正在处理",
    "Stop": "停止",
    "Stopping": "正在停止",
    "Connecting": "正在连接",
    "Please wait...": "请稍候…",
    "Connection error": "连接中断",
    "Connection failed": "连接失败",
    "Connection timed out.": "连接超时。",
    "Connection lost. Please wait for the app to reconnect, then try again.":
      "连接中断，请等待系统恢复连接后再试。",
    "Streamlit server is not responding. Are you connected to the internet?":
      "服务器没有响应，请检查本机与办公网络的连接。",
    "Is Streamlit still running? If you accidentally stopped Streamlit, just restart it in your terminal:":
      "服务器可能已停止运行，请联系系统管理员。",
    "Page not found": "页面不存在",
    "Try again": "重试",
    "Close": "关闭",
    "Open": "打开",
    "Cancel": "取消",
    "Print": "打印",
    "Settings": "设置",
    "Main menu": "主菜单",
    "App pages": "页面",
    "Skip to main content": "跳到正文",
    "Search": "搜索",
    "Fullscreen": "全屏",
    "Close fullscreen": "退出全屏",
    "Toggle fullscreen": "全屏",
    "Show/hide columns": "显示/隐藏列",
    "Download as CSV": "下载 CSV 表格",
    "Download as PNG": "下载图片",
    "Show data": "显示数据",
    "Show chart": "显示图表",
    "Add row": "添加一行",
    "Delete row(s)": "删除所选行",
    "Clear selection": "清除选择",
    "Clear value": "清除",
    "Clear all": "全部清除",
    "Select all": "全选",
    "Select...": "请选择",
    "Choose an option": "请选择",
    "Choose options": "请选择",
    "Choose date": "选择日期",
    "Choose date range": "选择日期范围",
    "Quick select a date range": "快速选择日期范围",
    "No results": "没有匹配项",
    "No options to select": "没有可选项",
    "No options to select.": "没有可选项",
    "No content": "没有内容",
    "No data": "没有数据",
    "empty": "无数据",
    "Show password": "显示密码",
    "Hide password": "隐藏密码",
    "Choose or add an option": "请选择或输入",
    "Choose or add options": "请选择或输入",
    "Choose date and time": "选择日期和时间",
    "Sort ascending": "升序排列",
    "Sort descending": "降序排列",
    "Autosize": "自动列宽",
    "Pin column": "固定列",
    "Unpin column": "取消固定",
    "Hide column": "隐藏列",
    "Copy column name": "复制列名",
    "Format": "格式",
    "Statistics": "统计",
    "Take Photo": "拍照",
    "Clear photo": "清除照片",
    "Learn how to allow access.": "请在浏览器设置中允许使用摄像头。",
    "Something went wrong": "出现错误",
  };
  var PATTERNS = [
    [/^(\d[\d.]*\s?[KMGT]?B) per file(?= •|$)/, "单个文件不超过 $1"],
    [/^Press Enter to apply$/, "按回车键确认"],
    [/^Press Enter to submit form$/, "按回车键提交"],
    [/^Press (Ctrl|⌘)\+Enter to apply$/, "按 $1+回车键确认"],
    [/^Press (Ctrl|⌘)\+Enter to submit form$/, "按 $1+回车键提交"],
    [/^(.+) files are not allowed\.$/, "不接受 $1 文件。"],
    [/^File must be (\S+) or smaller\.$/, "文件不得超过 $1。"],
    [/^Remove (.+)$/, "移除 $1"],
    [/^Showing page (\d+) of (\d+)$/, "第 $1 页，共 $2 页"],
  ];
  // What people or our pages wrote stays as written.
  var OURS = '[data-testid="stMarkdownContainer"],[data-testid="stHtml"],[data-testid="stCode"],' +
    '[data-testid="stTable"],[data-testid="stFileUploaderFileName"],textarea,script,style,iframe';
  // The uploader and the status sign are wholly Streamlit's, though they use the same containers.
  var THEIRS = '[data-testid="stFileUploaderDropzone"],[data-testid="stStatusWidget"],' +
    '[data-testid="stConnectionStatus"]';
  var LABELS = ["title", "aria-label", "placeholder"];

  function chinese(words) {
    var key = words.trim();
    if (!key || key.length > 120) return null;
    if (Object.prototype.hasOwnProperty.call(WORDS, key)) return words.replace(key, WORDS[key]);
    for (var i = 0; i < PATTERNS.length; i++) {
      if (PATTERNS[i][0].test(key)) return key.replace(PATTERNS[i][0], PATTERNS[i][1]);
    }
    return null;
  }

  function isOurs(node) {
    return node.closest(OURS) !== null && node.closest(THEIRS) === null;
  }

  function translateText(node) {
    var holder = node.parentElement;
    if (!holder || isOurs(holder)) return;
    var said = chinese(node.nodeValue);
    if (said !== null && said !== node.nodeValue) node.nodeValue = said;
  }

  function translateLabels(node) {
    LABELS.forEach(function (name) {
      if (!node.hasAttribute(name) || isOurs(node)) return;
      var said = chinese(node.getAttribute(name));
      if (said !== null && said !== node.getAttribute(name)) node.setAttribute(name, said);
    });
  }

  function translateBelow(root) {
    if (root.nodeType === Node.TEXT_NODE) return translateText(root);
    if (root.nodeType !== Node.ELEMENT_NODE || isOurs(root)) return;
    translateLabels(root);
    var walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT);
    for (var node = walker.nextNode(); node; node = walker.nextNode()) {
      if (node.nodeType === Node.TEXT_NODE) translateText(node);
      else translateLabels(node);
    }
  }

  new MutationObserver(function (changes) {
    changes.forEach(function (change) {
      if (change.type === "childList") change.addedNodes.forEach(translateBelow);
      else if (change.type === "characterData") translateText(change.target);
      else translateLabels(change.target);
    });
  }).observe(document.documentElement, {
    subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: LABELS,
  });
  translateBelow(document.body || document.documentElement);
})();
